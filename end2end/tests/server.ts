// A real `pulseboard` process for a test: its own port, its own data folder, gone afterwards.
// Invariant: no process and no folder of a test outlives it.
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = resolve(fileURLToPath(import.meta.url), '../../..');
const program = process.env.PULSEBOARD_BIN ?? join(root, 'target/debug/pulseboard');
/** The site that was built. */
export const SITE = process.env.LEPTOS_SITE_ROOT ?? join(root, 'target/site');

/** Milliseconds until a server must answer as ready. The debug build is not quick. */
const READY_WITHIN_MS = 20_000;
/** Milliseconds that SIGTERM may take before it is called a hang. */
const STOPPED_WITHIN_MS = 8_000;
/** The most of a server's output that is kept, in characters. */
const OUTPUT_LIMIT = 1_000_000;

const running = new Set<ChildProcess>();
process.on('exit', () => running.forEach((child) => child.kill('SIGKILL')));

export type Exit = { code: number | null; signal: NodeJS.Signals | null };

export class Server {
  private child: ChildProcess | undefined;
  private exited: Promise<Exit> = Promise.resolve({ code: null, signal: null });
  private log = '';

  private constructor(
    /** The loopback port, the same after a restart. */
    readonly port: number,
    /** The data folder, the same after a restart. */
    readonly dataDir: string,
    private readonly env: Record<string, string>,
  ) {}

  /**
   * Starts a server and waits until it is ready. `env` comes on top of the port and the folder,
   * for example `{ PULSEBOARD_ADMIN_PASSWORD: '…' }`.
   */
  static async start(env: Record<string, string> = {}): Promise<Server> {
    const dataDir = await mkdtemp(join(tmpdir(), 'pulseboard-'));
    const server = new Server(await freePort(), dataDir, env);
    try {
      await server.restart();
    } catch (error) {
      await server.remove();
      throw error;
    }
    return server;
  }

  /** Where it answers, without a slash at the end. */
  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Standard output and error of all its starts so far, in order. */
  get output(): string {
    return this.log;
  }

  /** The process now running, for looking at its memory and the like. */
  get pid(): number | undefined {
    return this.child?.pid;
  }

  /** The link at which the first admin is made; waits until it is printed. */
  async firstAdminLink(): Promise<string> {
    const [link] = await this.printed(/https?:\/\/[^\s"<>]+\/setup\/[^\s"<>]+/);
    return link;
  }

  /** Waits until the output has a match, also one from before the call. */
  async printed(pattern: RegExp, withinMs = 5_000): Promise<RegExpMatchArray> {
    return until(`${pattern} in the server's output`, withinMs, () => this.log.match(pattern));
  }

  /** Starts it again on the same port and folder, and waits until it is ready. */
  async restart(): Promise<void> {
    if (this.child) throw new Error('the server is still running');
    const child = spawn(program, [], {
      cwd: root,
      env: { ...cleanEnv(), ...this.settings(), ...this.env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.child = child;
    running.add(child);
    const keep = (text: string) => (this.log = (this.log + text).slice(-OUTPUT_LIMIT));
    child.stdout.setEncoding('utf8').on('data', keep);
    child.stderr.setEncoding('utf8').on('data', keep);
    let startError: Error | undefined;
    child.on('error', (error) => (startError = error));
    let ended: Exit | undefined;
    this.exited = new Promise((done) => {
      child.on('close', (code, signal) => {
        running.delete(child);
        if (this.child === child) this.child = undefined;
        ended = { code, signal };
        done(ended);
      });
    });
    await until(`${program} to be ready`, READY_WITHIN_MS, async () => {
      if (startError) throw startError;
      if (ended) throw new Error(`the server ended with ${JSON.stringify(ended)}:\n${this.log}`);
      const answer = await fetch(`${this.url}/health/ready`).catch(() => undefined);
      return answer?.ok || undefined;
    });
  }

  /** kill -9, and waits until it is gone. */
  async kill(): Promise<void> {
    this.child?.kill('SIGKILL');
    await this.exited;
  }

  /** SIGTERM, and waits for the end; a server that hangs is killed, and that is an error. */
  async stop(): Promise<Exit> {
    const child = this.child;
    if (!child) return this.exited;
    let hung = false;
    const timer = setTimeout(() => {
      hung = true;
      child.kill('SIGKILL');
    }, STOPPED_WITHIN_MS);
    child.kill('SIGTERM');
    const exit = await this.exited;
    clearTimeout(timer);
    if (hung) throw new Error(`the server did not end within ${STOPPED_WITHIN_MS} ms of SIGTERM`);
    return exit;
  }

  /** Ends whatever still runs and removes the data folder. */
  async remove(): Promise<void> {
    await this.kill();
    await rm(this.dataDir, { recursive: true, force: true });
  }

  private settings(): Record<string, string> {
    return {
      PULSEBOARD_ADDR: `127.0.0.1:${this.port}`,
      PULSEBOARD_DATA_DIR: this.dataDir,
      LEPTOS_SITE_ROOT: SITE,
    };
  }
}

/** Calls `probe` until it gives something; an error of its own ends the wait at once. */
export async function until<T>(
  what: string,
  withinMs: number,
  probe: () => T | null | undefined | Promise<T | null | undefined>,
): Promise<T> {
  const end = performance.now() + withinMs;
  for (;;) {
    const found = await probe();
    if (found !== null && found !== undefined) return found;
    if (performance.now() > end) throw new Error(`waited ${withinMs} ms for ${what}`);
    await new Promise((wake) => setTimeout(wake, 25));
  }
}

/** This process's environment without what would configure the server. */
function cleanEnv(): NodeJS.ProcessEnv {
  const own = (name: string) => !/^(PULSEBOARD|LEPTOS)_/.test(name);
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => own(name)));
}

/** A port that nobody listens on. It could be taken before the server does: then that fails. */
async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((done, fail) => {
    probe.once('error', fail).listen(0, '127.0.0.1', done);
  });
  const { port } = probe.address() as AddressInfo;
  await new Promise((done) => probe.close(done));
  return port;
}

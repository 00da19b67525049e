(async (key, build, script, wasm) => {
  // Kept whole by the browser and shown by Back: perhaps to somebody else by now.
  addEventListener('pageshow', (event) => event.persisted && location.reload());
  const load = async () => {
    const program = await import(script);
    await program.default({ module_or_path: wasm });
    await program.ready?.();
    return program;
  };
  const reloadOnce = (error) => {
    if (sessionStorage.getItem(key) === build) throw error;
    sessionStorage.setItem(key, build);
    location.reload();
    return new Promise(() => {});
  };
  (await load().catch(reloadOnce)).hydrate();
})

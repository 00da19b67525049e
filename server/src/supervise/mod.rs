//! Start and stop, in order. Start: socket, lock, database, pipeline, access; so that a second
//! server on the same address or the same data touches nothing. Stop: streams, connections, history,
//! database; within five seconds, whatever hangs.
//!
//! Invariant: nothing is acknowledged after the last flush.

mod errors;
mod signals;

use std::future::Future;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use leptos::config::LeptosOptions;
use protocol::paths;
use telemetry::{PollerHandle, Registry};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

pub use errors::{RunError, StartError};
pub use signals::signals;

use crate::access::{Access, Instance, Oidc};
use crate::config::{Config, Limits};
use crate::dashboards::provisioned::Provisioned;
use crate::descriptors::{self, RESERVE};
use crate::http::{Assets, GuestRequests, HttpService, Tls, router, serve};
use crate::ingest::Undeclared;
use crate::ingest::memory::IngestMemory;
use crate::ingest::otlp::Receiver;
use crate::metrics::{CatalogError, MetricCatalog};
use crate::pipeline::Pipeline;
use crate::state::AppState;
use crate::storage::{DatabaseLock, LockError, Storage};
use crate::{clock, contract, dashboards, poller};

/// The longest time from the signal to the end.
const STOP_WITHIN: Duration = Duration::from_secs(5);
/// The longest time that a start waits for the database to be free.
const LOCK_WITHIN: Duration = Duration::from_secs(1);
/// The longest time in which requests that have begun are answered.
const ANSWER_WITHIN: Duration = Duration::from_millis(1_500);

/// A server whose socket is bound and whose parts run; it answers once [`Server::run`] runs.
pub struct Server {
    listener: TcpListener,
    addr: SocketAddr,
    state: AppState,
    flush_loop: JoinHandle<()>,
    poller: PollerHandle,
    setup_link: Option<String>,
    tls: Option<Arc<Tls>>,
    /// Held until everything has ended.
    lock: DatabaseLock,
}

/// Opens the database of a configuration for a command that runs beside a server or alone; alone it makes
/// what is missing, and brings the schema up to date.
pub async fn open_storage(
    config: &Config,
    registry: &Arc<Registry>,
) -> Result<Storage, StartError> {
    make_folders(config)?;
    match DatabaseLock::take(&config.database, "a command of pulseboard") {
        Ok(_until_migrated) => Ok(Storage::open(&config.database, registry).await?),
        Err(LockError::Held { .. }) => Ok(Storage::open_beside(&config.database, registry).await?),
        Err(error) => Err(error.into()),
    }
}

/// Makes the folders of a configuration when they are missing.
fn make_folders(config: &Config) -> Result<(), StartError> {
    let folder = config.database.parent().unwrap_or(&config.data_dir);
    for path in [config.data_dir.as_path(), folder] {
        if !path.as_os_str().is_empty() {
            std::fs::create_dir_all(path).map_err(|source| StartError::DataDir {
                path: path.to_owned(),
                source,
            })?;
        }
    }
    Ok(())
}

/// The lock of a server. A command holds it for a moment, while it migrates.
async fn lock_database(config: &Config, addr: SocketAddr) -> Result<DatabaseLock, LockError> {
    let purpose = format!("server at {addr}");
    let begun = tokio::time::Instant::now();
    loop {
        match DatabaseLock::take(&config.database, &purpose) {
            Err(LockError::Held { .. }) if begun.elapsed() < LOCK_WITHIN => {}
            taken => return taken,
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

impl Server {
    /// Starts all parts. The registry is where the server emits its own events.
    pub async fn start(
        config: Config,
        registry: Arc<Registry>,
        leptos: LeptosOptions,
    ) -> Result<Server, StartError> {
        let list = crate::metrics::list(&config.metrics).map_err(CatalogError::from)?;
        let metrics = MetricCatalog::new(list, config.pipeline.max_metrics)?;
        let metrics = Arc::new(metrics);
        let undeclared = Undeclared::new(&contract::read(&config.events)?);
        let tls = config.tls.clone().map(Tls::load).transpose()?.map(Arc::new);
        let bound = TcpListener::bind(config.addr).await;
        let bind = |source| StartError::Bind {
            addr: config.addr,
            source,
        };
        let listener = bound.map_err(bind)?;
        let addr = listener.local_addr().map_err(bind)?;
        make_folders(&config)?;
        let lock = lock_database(&config, addr).await?;
        let storage = Storage::open(&config.database, &registry).await?;
        dashboards::seed(&storage).await?;
        let instance = Instance::load(&storage)
            .await
            .map_err(StartError::Instance)?;
        let access = Access::new(
            storage.clone(),
            instance,
            registry.clone(),
            &config.limits,
            &config.roles,
        );
        access.reload_roles().await?;
        access.extend_metrics(&metrics.list());
        let now_ms = clock::now_ms();
        if let Some(password) = &config.admin_password {
            let made = access.ensure_admin(password.value.clone(), now_ms).await;
            made.map_err(|error| StartError::Admin {
                given: password.source.clone(),
                error,
            })?;
        }
        let setup_link = access
            .new_setup_link(now_ms)
            .await
            .map_err(StartError::Link)?;
        let (pipeline, flush_loop) = Pipeline::start(
            &config.pipeline,
            metrics.clone(),
            storage.clone(),
            registry.clone(),
        )
        .await?;
        let otlp = Arc::new(Receiver::new(
            metrics.clone(),
            pipeline.recorder().clone(),
            pipeline.config().max_otlp_streams,
            i64::from(pipeline.config().otlp_max_age_s) * 1_000,
            now_ms,
        ));
        let poller = poller::start(&config.data_dir, otlp.clone(), registry.clone());
        let assets = Arc::new(Assets::new(&leptos, &config.base_path));
        if let Some(folder) = assets.missing_from() {
            tracing::warn!(
                "the page's files are not in {}, so pages come without style and programs: build \
                 them with `cargo xtask site`, and start here with LEPTOS_SITE_ROOT set to their \
                 folder",
                folder.display()
            );
        }
        let ingest_memory = IngestMemory::new(config.limits.ingest_memory_bytes);
        let guests = Arc::new(GuestRequests::new(config.limits.max_guest_requests));
        let oidc = config.oidc.clone().map(Oidc::new).transpose()?;
        let access = Arc::new(access);
        let provisioned = Provisioned::start(
            &config,
            storage.clone(),
            access.clone(),
            metrics.clone(),
            registry.clone(),
        )
        .await?;
        let state = AppState {
            provisioned: Arc::new(provisioned),
            ingest_memory,
            guests,
            config: Arc::new(config),
            storage,
            access,
            oidc: oidc.map(Arc::new),
            registry,
            metrics,
            undeclared: Arc::new(undeclared),
            pipeline,
            otlp,
            pages: &app::PAGES,
            assets,
            leptos,
        };
        Ok(Server {
            listener,
            addr,
            state,
            flush_loop,
            poller,
            setup_link,
            tls,
            lock,
        })
    }

    /// Where it listens.
    pub fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// Its parts.
    pub fn state(&self) -> &AppState {
        &self.state
    }

    /// How browsers reach it, without a slash at the end.
    pub fn url(&self) -> String {
        let config = &self.state.config;
        let base = &config.base_path;
        if let Some(url) = &config.public_url {
            return format!("{url}{base}");
        }
        let scheme = if config.tls.is_some() {
            "https"
        } else {
            "http"
        };
        let mut shown = self.addr;
        if shown.ip().is_unspecified() {
            shown.set_ip(std::net::Ipv4Addr::LOCALHOST.into());
        }
        format!("{scheme}://{shown}{base}")
    }

    /// The link that makes the first admin, while there is no user.
    pub fn setup_link(&self) -> Option<String> {
        self.setup_link
            .as_ref()
            .map(|secret| format!("{}{}", self.url(), paths::setup_page(secret)))
    }

    /// Answers until `stop`, then ends everything in order. So it does when the flush loop ends by
    /// itself, which is an error: a server that records nothing must not look like one that does.
    pub async fn run(self, stop: impl Future<Output = ()>) -> Result<(), RunError> {
        let Server {
            listener,
            state,
            mut flush_loop,
            poller,
            tls,
            lock: _lock,
            ..
        } = self;
        let service = HttpService {
            router: router(&state),
            limits: within_open_files(state.config.limits.clone()),
            trust_proxy: state.config.trust_proxy,
            registry: state.registry.clone(),
            tls: tls.clone(),
        };
        let (stopping, cut_off) = (CancellationToken::new(), CancellationToken::new());
        let serving = serve(listener, service, stopping.clone(), cut_off.clone());
        let mut serving = tokio::spawn(serving);
        let access = state.access.clone();
        let following = tokio::spawn(async move { access.follow_database().await });
        let access = state.access.clone();
        let auditing = tokio::spawn(async move { access.keep_audit_log().await });
        let provisioned = state.provisioned.clone();
        let watching = tokio::spawn(async move { provisioned.follow().await });
        let limits = dashboards::deleted_limits(&state.config.limits);
        let dropping = tokio::spawn(dashboards::keep_deleted(state.storage.clone(), limits));
        let renewing = tls.map(|tls| tokio::spawn(tls.follow()));
        let fault = tokio::select! {
            () = stop => None,
            ended = &mut flush_loop => {
                let why = ended.map_or_else(|error| error.to_string(), |()| "early".to_owned());
                Some(RunError::FlushLoop(why))
            }
        };
        stopping.cancel();
        // A reading of the host that hangs must not keep the rest from its end.
        drop(poller);
        following.abort();
        auditing.abort();
        watching.abort();
        dropping.abort();
        if let Some(renewing) = renewing {
            renewing.abort();
        }
        let in_order = async {
            state.pipeline.hub().close();
            let served = match tokio::time::timeout(ANSWER_WITHIN, &mut serving).await {
                Ok(served) => served,
                Err(_) => {
                    tracing::warn!("connections did not end in time; they are cut off");
                    cut_off.cancel();
                    serving.await
                }
            };
            state.pipeline.shutdown().await;
            let flushed = match &fault {
                None => flush_loop.await,
                Some(RunError::FlushLoop(_)) => Ok(()),
            };
            if let Err(error) = state.access.record_failed_sign_ins().await {
                tracing::error!(%error, "the last failed sign-ins are not in the audit log");
            }
            state.storage.close().await;
            (served, flushed)
        };
        match tokio::time::timeout(STOP_WITHIN, in_order).await {
            Ok((Ok(()), Ok(()))) => {}
            Ok((served, flushed)) => tracing::warn!("stopped with faults: {served:?} {flushed:?}"),
            Err(_) => tracing::warn!("the end took too long; what is left is cut off"),
        }
        fault.map_or(Ok(()), Err)
    }
}

/// A connection that is accepted without a file to spare ends at once, without an answer.
fn within_open_files(mut limits: Limits) -> Limits {
    let allowed = descriptors::allow(u64::from(limits.max_connections) + RESERVE);
    let room = u32::try_from(allowed.saturating_sub(RESERVE)).unwrap_or(u32::MAX);
    if room < limits.max_connections {
        tracing::warn!(
            "only {allowed} files may be open here, so at most {room} connections at a time \
             instead of {}; raise the hard limit with `ulimit -Hn`",
            limits.max_connections
        );
        limits.max_connections = room.max(1);
    }
    limits
}

#[cfg(test)]
mod tests;

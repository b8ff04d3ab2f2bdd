//! What queries run on: this process, or the scheduler and the executors of a cluster.

use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, Result};
use ballista::prelude::{SessionConfigExt, SessionContextExt};
use ballista_core::config::BALLISTA_ADAPTIVE_PLANNER_ENABLED;
use ballista_core::registry::BallistaFunctionRegistry;
use ballista_core::utils::default_session_builder;
use ballista_executor::executor_process::{ExecutorProcessConfig, start_executor_process};
use ballista_scheduler::cluster::BallistaCluster;
use ballista_scheduler::config::SchedulerConfig;
use ballista_scheduler::scheduler_process::start_server;
use clap::Args;
use datafusion::common::config::ConfigNonZeroUsize;
use datafusion::execution::object_store::ObjectStoreRegistry;
use datafusion::execution::runtime_env::{RuntimeEnv, RuntimeEnvBuilder};
use datafusion::execution::{FunctionRegistry, SessionState, SessionStateBuilder};
use datafusion::prelude::{SessionConfig, SessionContext};

use crate::functions;
use crate::memory::Halves;
use crate::place::STORES;

/// Where a run does its work.
#[derive(Args)]
pub struct Choice {
    /// Run on the cluster of the scheduler at this address, HOST:PORT; else in this process
    #[arg(long, value_name = "ADDRESS")]
    pub scheduler: Option<String>,
    /// In how many parts tables are cut; by default the cores of this machine, on a cluster 16
    #[arg(long, value_name = "N")]
    parts: Option<NonZeroUsize>,
    /// How many megabytes the queries in this process may hold before they spill to disk
    #[arg(long, value_name = "MB", default_value_t = 1000)]
    memory: usize,
    /// Where they spill to; by default the system's folder for temporary files
    #[arg(long, value_name = "FOLDER")]
    scratch: Option<PathBuf>,
}

impl Choice {
    /// The engine, with retold's functions.
    pub async fn context(&self) -> Result<SessionContext> {
        let context = match &self.scheduler {
            None => return self.local(),
            Some(address) => {
                // The adaptive planner makes of a stage without rows a sort of no parts, on which executors panic.
                let config = SessionConfig::new_with_ballista().set_bool(BALLISTA_ADAPTIVE_PLANNER_ENABLED, false);
                let state = SessionStateBuilder::new().with_config(self.config(config)).with_default_features();
                let state = state.with_runtime_env(runtime()?);
                let unreachable = || format!("cannot reach the scheduler at {address}");
                SessionContext::remote_with_state(&format!("df://{address}"), state.build()).await.with_context(unreachable)?
            }
        };
        // Last, since a context for a cluster is made with the built-in functions alone.
        Ok(with_functions(context))
    }

    /// The engine in this process.
    pub fn local(&self) -> Result<SessionContext> {
        let runtime = limited(self.memory, self.scratch.as_deref())?;
        Ok(with_functions(SessionContext::new_with_config_rt(self.config(SessionConfig::new()), runtime)))
    }

    fn config(&self, config: SessionConfig) -> SessionConfig {
        // A row may hold a fingerprint or two: 2 to 5 KB. A sort that has spilled holds a batch of each of its files.
        let mut config = config.with_batch_size(512);
        if let Some(parts) = self.parts {
            config = config.with_target_partitions(parts.get());
        }
        let options = config.options_mut();
        // Joins that sort can spill to disk; those that hash cannot.
        options.optimizer.prefer_hash_join = false;
        options.execution.sort_spill_reservation_bytes = 2 << 20;
        // Each holds a row group until it is written.
        options.execution.minimum_parallel_output_files = ConfigNonZeroUsize::try_new(1).expect("not zero");
        options.execution.parquet.schema_force_view_types = false;
        options.sql_parser.map_string_types_to_utf8view = false;
        config
    }
}

fn with_functions(context: SessionContext) -> SessionContext {
    functions::scalar().into_iter().for_each(|function| context.register_udf(Arc::unwrap_or_clone(function)));
    functions::aggregate().into_iter().for_each(|function| context.register_udaf(Arc::unwrap_or_clone(function)));
    context
}

/// The scheduler of a cluster.
#[derive(Args)]
pub struct Scheduler {
    /// The address on which it listens
    #[arg(long, value_name = "HOST", default_value = "127.0.0.1")]
    host: String,
    #[arg(long, default_value_t = 50050)]
    port: u16,
    /// An executor that was not heard of for so many seconds is lost: its work is done anew elsewhere
    #[arg(long, value_name = "SECONDS", default_value_t = 180)]
    executor_timeout: u64,
}

impl Scheduler {
    /// Serves until it is stopped.
    pub async fn serve(self) -> Result<()> {
        let config = SchedulerConfig {
            external_host: self.host.clone(),
            bind_host: self.host.clone(),
            bind_port: self.port,
            executor_timeout_seconds: self.executor_timeout,
            no_executors_grace_period_seconds: self.executor_timeout,
            expire_dead_executor_interval_seconds: (self.executor_timeout / 4).clamp(1, 15),
            override_session_builder: Some(Arc::new(session)),
            ..SchedulerConfig::default()
        };
        let address = format!("{}:{}", self.host, self.port);
        let explain = || format!("the scheduler cannot serve on {address}");
        let cluster = BallistaCluster::new_from_config(&config).await.with_context(explain)?;
        let listen = address.parse().with_context(explain)?;
        start_server(cluster, listen, Arc::new(config)).await.with_context(explain)
    }
}

/// How files are found.
fn stores() -> Arc<dyn ObjectStoreRegistry> {
    Arc::clone(&*STORES) as _
}

/// A runtime that holds no more than so many megabytes, and spills into this folder.
fn limited(megabytes: usize, scratch: Option<&Path>) -> datafusion::common::Result<Arc<RuntimeEnv>> {
    let runtime = RuntimeEnvBuilder::new().with_object_store_registry(stores());
    let runtime = runtime.with_memory_pool(Arc::new(Halves::of(megabytes << 20)));
    match scratch {
        Some(folder) => runtime.with_temp_file_path(folder),
        None => runtime,
    }
    .build_arc()
}

fn runtime() -> datafusion::common::Result<Arc<RuntimeEnv>> {
    RuntimeEnvBuilder::new().with_object_store_registry(stores()).build_arc()
}

/// A session on the scheduler that knows retold's functions beside the built-in ones.
fn session(config: SessionConfig) -> datafusion::common::Result<SessionState> {
    let state = default_session_builder(config)?;
    let mut state = SessionStateBuilder::new_from_existing(state).with_runtime_env(runtime()?).build();
    for function in functions::scalar() {
        state.register_udf(function)?;
    }
    for function in functions::aggregate() {
        state.register_udaf(function)?;
    }
    Ok(state)
}

/// An executor of a cluster.
#[derive(Args)]
pub struct Executor {
    /// The scheduler's address
    #[arg(long, value_name = "HOST", default_value = "127.0.0.1")]
    scheduler_host: String,
    #[arg(long, value_name = "PORT", default_value_t = 50050)]
    scheduler_port: u16,
    /// The address on which it listens, and under which others reach it
    #[arg(long, value_name = "HOST", default_value = "127.0.0.1")]
    host: String,
    /// For data; the port after it is for control
    #[arg(long, default_value_t = 50051)]
    port: u16,
    /// How many tasks it works on at a time; by default as many as it has cores
    #[arg(long, value_name = "N")]
    tasks: Option<NonZeroUsize>,
    /// How many megabytes its queries may hold before they spill to disk
    #[arg(long, value_name = "MB", default_value_t = 1000)]
    memory: usize,
    /// Where it keeps what goes from one stage to the next, and spills to; by default the system's folder for temporary files
    #[arg(long, value_name = "FOLDER")]
    scratch: Option<PathBuf>,
}

impl Executor {
    /// Works until it is stopped.
    pub async fn serve(self) -> Result<()> {
        let mut registry = BallistaFunctionRegistry::default();
        registry.scalar_functions.extend(functions::scalar().into_iter().map(|function| (function.name().to_owned(), function)));
        registry
            .aggregate_functions
            .extend(functions::aggregate().into_iter().map(|function| (function.name().to_owned(), function)));
        let default = ExecutorProcessConfig::default();
        let scratch = self.scratch.unwrap_or_else(std::env::temp_dir);
        let (memory, spill) = (self.memory, scratch.clone());
        let config = ExecutorProcessConfig {
            scheduler_host: self.scheduler_host,
            scheduler_port: self.scheduler_port,
            bind_host: self.host.clone(),
            external_host: Some(self.host),
            port: self.port,
            grpc_port: self.port + 1,
            vcores: self.tasks.map_or(default.vcores, NonZeroUsize::get),
            // None but that of the runtime.
            memory_pool_size: Some(0),
            work_dir: Some(scratch.display().to_string()),
            override_runtime_producer: Some(Arc::new(move |_| limited(memory, Some(&spill)))),
            executor_heartbeat_interval_seconds: 5,
            override_function_registry: Some(Arc::new(registry)),
            ..default
        };
        start_executor_process(Arc::new(config)).await.context("the executor stopped")
    }
}

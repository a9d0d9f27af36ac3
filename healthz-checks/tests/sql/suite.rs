/// What holds for every server that sqlx speaks to, whatever its version: `$sqlx::$Database`, and
/// the server that a test starts.
macro_rules! sql_suite {
    ($sqlx:ident, $Database:ident, $Server:ty) => {
        use std::time::Duration;

        use futures_util::future::join_all;
        use healthz_checks::{Busy, ping};
        use healthz_core::Registry;
        use $sqlx::{Connection, Database, Pool, pool::PoolOptions, $Database};

        use healthz_test_support::{ask, dropped_after, until};

        type Conn = <$Database as Database>::Connection;

        /// Long enough for the busiest machine; what must fail has its own bound.
        const PATIENCE: Duration = Duration::from_secs(20);
        const UNREACHABLE: &str = "Can't reach the database";

        /// A server that answers, and a pool of three that has connected to nothing yet.
        async fn begin() -> Option<($Server, Pool<$Database>)> {
            let mut server = <$Server>::install()?;
            server.start();
            answers(&server).await;
            let pool = pool(&server.url(), 3);
            Some((server, pool))
        }

        fn options(max: u32) -> PoolOptions<$Database> {
            PoolOptions::new().max_connections(max).acquire_timeout(PATIENCE)
        }

        fn pool(url: &str, max: u32) -> Pool<$Database> {
            options(max).connect_lazy(url).unwrap()
        }

        async fn answers(server: &$Server) {
            until("the server answers", async || match Conn::connect(&server.url()).await {
                Ok(connection) => connection.close().await.is_ok(),
                Err(_) => false,
            })
            .await;
        }

        type Taken = Vec<$sqlx::pool::PoolConnection<$Database>>;

        /// Takes every connection of a pool of so many.
        async fn all_of(pool: &Pool<$Database>, max: usize) -> Taken {
            let taken = join_all((0..max).map(|_| pool.acquire())).await;
            taken.into_iter().collect::<Result<_, _>>().unwrap()
        }

        /// The same of a pool that is impatient, or of a server that for a moment counts one that
        /// has just ended.
        async fn all_in_the_end(pool: &Pool<$Database>, max: usize) -> Taken {
            let mut taken = Vec::new();
            let take = async {
                while taken.len() < max {
                    taken.extend(pool.acquire().await);
                }
            };
            tokio::time::timeout(PATIENCE, take).await.unwrap();
            taken
        }

        /// A pool of three whose every connection is in use. A check does not wait for it for
        /// long, and what it then asks has all the time it wants.
        async fn busy(server: &$Server) -> (Pool<$Database>, Taken) {
            let impatient = options(3).acquire_timeout(Duration::from_millis(200));
            let pool = impatient.connect_lazy(&server.url()).unwrap();
            let taken = all_in_the_end(&pool, 3).await;
            (pool, taken)
        }

        async fn connections(observer: &mut Conn) -> i64 {
            $sqlx::query_scalar(<$Server>::COUNT).fetch_one(observer).await.unwrap()
        }

        #[tokio::test]
        async fn a_database_that_answers_passes() {
            let Some((_server, pool)) = begin().await else { return };
            ask(&ping(pool).within(PATIENCE)).await.passes();
        }

        #[tokio::test]
        async fn a_stopped_database_fails_with_the_true_cause_and_a_started_one_passes() {
            let Some((mut server, pool)) = begin().await else { return };
            let check = ping(pool.clone());
            let registry = Registry::builder().check("database", ping(pool.clone()));
            let registry = registry.readiness("ready", ["database"]).build().unwrap();
            drop(all_of(&pool, 3).await);

            server.0.stop();
            let told = ask(&check).await;
            told.is("fail", UNREACHABLE, "Connection refused (os error 111)");
            let told = ask(&check).await;
            told.is("fail", UNREACHABLE, "Connection refused (os error 111)");
            let report = registry.report("ready").await.unwrap();
            assert_eq!((report.code(), report.title()), (503, UNREACHABLE));

            server.start();
            answers(&server).await;
            ask(&ping(pool).within(PATIENCE)).await.passes();
            until("the endpoint is healthy", async || {
                registry.report("ready").await.unwrap().code() == 200
            })
            .await;
        }

        #[tokio::test]
        async fn a_frozen_database_fails_and_a_thawed_one_passes() {
            let Some((server, pool)) = begin().await else { return };
            let check = ping(pool.clone());
            ask(&ping(pool.clone()).within(PATIENCE)).await.passes();

            server.0.freeze();
            ask(&check).await.is("fail", UNREACHABLE, "no answer within 500ms");
            ask(&check).await.is("fail", UNREACHABLE, "no answer within 500ms");

            server.0.thaw();
            ask(&ping(pool.clone()).within(PATIENCE)).await.passes();
            all_of(&pool, 3).await;
        }

        #[tokio::test]
        async fn a_frozen_database_does_not_eat_the_pool() {
            let Some((server, _)) = begin().await else { return };
            let pool = options(3).test_before_acquire(false).connect_lazy(&server.url()).unwrap();
            let check = ping(pool.clone());
            drop(all_of(&pool, 3).await);
            until("all are idle", async || pool.num_idle() == 3).await;
            server.0.freeze();
            for _ in 0..5 {
                ask(&check).await.is("fail", UNREACHABLE, "no answer within 500ms");
            }
            // Still frozen: sqlx closes within 5 s what it was told to close.
            until("the pool has let them go", async || pool.size() == 0).await;
            server.0.thaw();
            all_of(&pool, 3).await;
        }

        #[tokio::test]
        async fn a_busy_pool_is_no_outage() {
            let Some((_server, pool)) = begin().await else { return };
            let taken = all_of(&pool, 3).await;
            let check = || ping(pool.clone()).within(Duration::from_secs(2));
            let text = "All connections are in use";
            ask(&check()).await.is("warn", text, "3 of 3");
            ask(&check().when_busy(Busy::Fail)).await.is("fail", text, "3 of 3");
            ask(&check().when_busy(Busy::Pass)).await.passes();

            // Within the default bound, which a busy machine may miss.
            let registry = Registry::builder().check("database", ping(pool.clone()));
            let registry = registry.readiness("ready", ["database"]).build().unwrap();
            until("the endpoint is healthy with the warning", async || {
                let report = registry.report("ready").await.unwrap();
                let warned = report.checks()[0].text() == Some(text);
                warned && (report.code(), report.title()) == (200, "OK")
            })
            .await;
            drop(taken);
            ask(&check()).await.passes();
        }

        #[tokio::test]
        async fn a_busy_pool_is_no_outage_when_the_server_has_no_place_left_either() {
            let Some((server, _)) = begin().await else { return };
            let pool = pool(&server.url(), 10);
            let _taken = all_in_the_end(&pool, 10).await;
            assert!(Conn::connect(&server.url()).await.is_err());
            let check = ping(pool.clone()).within(Duration::from_secs(2));
            ask(&check).await.is("warn", "All connections are in use", "10 of 10");
        }

        #[tokio::test]
        async fn a_refusal_to_log_in_is_no_busy_pool() {
            let Some((server, _)) = begin().await else { return };
            let (pool, _taken) = busy(&server).await;
            let wrong = server.url().replace(<$Server>::PASSWORD, "wr0ng-word");
            pool.set_connect_options(wrong.parse().unwrap());
            let check = ping(pool).within(PATIENCE);
            ask(&check).await.is("fail", UNREACHABLE, <$Server>::REFUSALS[0]);
        }

        #[tokio::test]
        async fn a_pool_that_is_slow_by_itself_is_no_outage_either() {
            let Some((server, _)) = begin().await else { return };
            let slow = options(3).after_connect(|_, _| Box::pin(std::future::pending()));
            let slow = slow.acquire_timeout(Duration::from_millis(200));
            let pool = slow.connect_lazy(&server.url()).unwrap();
            let check = ping(pool).within(PATIENCE);
            ask(&check).await.is("warn", "The pool is slow", "0 of 3 in use");
        }

        #[tokio::test]
        async fn a_check_that_waits_for_a_busy_pool_does_not_keep_the_application_waiting() {
            let Some((_server, pool)) = begin().await else { return };
            let mut taken = all_of(&pool, 3).await;
            let check = ping(pool.clone()).within(PATIENCE);
            for _ in 0..20 {
                // The check waits first, and neither it nor the application waits for the other's
                // bound.
                let give_back = async { drop(taken.pop()) };
                let (told, got, ()) = tokio::join!(ask(&check), pool.acquire(), give_back);
                told.passes();
                taken.push(got.unwrap());
            }
        }

        #[tokio::test]
        async fn a_connection_that_died_while_idle_is_no_outage() {
            let Some((server, _)) = begin().await else { return };
            let mut observer = Conn::connect(&server.admin_url()).await.unwrap();
            for tested in [true, false] {
                let options = options(3).test_before_acquire(tested);
                let pool = options.connect_lazy(&server.url()).unwrap();
                let check = ping(pool.clone()).within(PATIENCE);
                for _ in 0..5 {
                    drop(all_of(&pool, 3).await);
                    until("all are idle", async || pool.num_idle() == 3).await;
                    $sqlx::raw_sql(<$Server>::KILL).execute(&mut observer).await.unwrap();
                    for _ in 0..4 {
                        ask(&check).await.passes();
                    }
                }
                pool.close().await;
            }
        }

        #[tokio::test]
        async fn a_thousand_probes_at_once_take_one_connection() {
            let Some((server, pool)) = begin().await else { return };
            let mut observer = Conn::connect(&server.admin_url()).await.unwrap();
            let registry = Registry::builder().check("database", ping(pool).within(PATIENCE));
            let registry = registry.readiness("ready", ["database"]).build().unwrap();
            let reports = join_all((0..1_000).map(|_| registry.report("ready"))).await;
            assert!(reports.into_iter().all(|report| report.unwrap().code() == 200));
            assert_eq!(connections(&mut observer).await, 1);
        }

        #[tokio::test]
        async fn ten_thousand_probes_leave_the_connections_as_they_are() {
            let Some((server, pool)) = begin().await else { return };
            let mut observer = Conn::connect(&server.admin_url()).await.unwrap();
            let check = ping(pool.clone()).within(PATIENCE);
            for _ in 0..10_000 {
                ask(&check).await.passes();
            }
            // One that goes back is asked once more, and another may be opened meanwhile.
            assert!(connections(&mut observer).await <= 3);
            let taken = all_of(&pool, 3).await;
            for _ in 0..20 {
                let check = ping(pool.clone()).within(Duration::from_millis(50));
                let _ = ask(&check).await;
            }
            drop(taken);
            until("none but the pool's are left", async || {
                let mut observer = Conn::connect(&server.admin_url()).await.unwrap();
                let count = connections(&mut observer).await;
                observer.close().await.unwrap();
                count <= 3 + 1
            })
            .await;
        }

        #[tokio::test]
        async fn a_busy_pool_is_looked_at_by_one_connection_at_a_time() {
            let Some((server, _)) = begin().await else { return };
            let (pool, _taken) = busy(&server).await;
            let check = ping(pool).within(PATIENCE).asking(|own| {
                Box::pin(async move {
                    // The server may still clean up after the last one, but there is no other.
                    while connections(own).await != 3 {
                        tokio::task::yield_now().await;
                    }
                    Ok(())
                })
            });
            for told in join_all((0..5).map(|_| ask(&check))).await {
                told.is("warn", "All connections are in use", "3 of 3");
            }
        }

        #[tokio::test]
        async fn a_refusal_to_log_in_is_told_at_once_and_in_private() {
            let Some((server, _)) = begin().await else { return };
            let url = server.url();
            let [password, database] = <$Server>::REFUSALS;
            let refused = [
                (url.replace(<$Server>::PASSWORD, "wr0ng-word"), password),
                (format!("{url}-unknown"), database),
                (url.replace("127.0.0.1", "unknown.invalid"), "lookup"),
            ];
            for (url, cause) in refused {
                let pool = pool(&url, 3);
                let told = ask(&ping(pool).within(PATIENCE)).await;
                assert_eq!((told.result, told.text.as_str()), ("fail", UNREACHABLE), "{told:?}");
                assert!(told.cause.contains(cause), "{told:?}");
                assert!(!told.cause.contains("-word"), "a password in the log: {told:?}");
            }
        }

        #[tokio::test]
        async fn a_closed_pool_fails() {
            let Some((_server, pool)) = begin().await else { return };
            pool.close().await;
            ask(&ping(pool)).await.is("fail", "The pool is closed", "");
        }

        #[tokio::test]
        async fn a_run_that_is_dropped_leaves_the_pool_whole() {
            let Some((_server, pool)) = begin().await else { return };
            let check = ping(pool.clone()).within(PATIENCE);
            for busy in [false, true] {
                let mut polls = 1;
                loop {
                    let taken = all_of(&pool, if busy { 3 } else { 0 }).await;
                    let check = if busy {
                        &ping(pool.clone()).within(Duration::from_millis(200))
                    } else {
                        &check
                    };
                    let dropped = dropped_after(polls, ask(check)).await;
                    drop(taken);
                    assert_eq!(all_of(&pool, 3).await.len(), 3);
                    if !dropped {
                        break;
                    }
                    // Every place at first; later, a client may be busy with one of them for long, as
                    // sqlx 0.9 is with a password, which takes it 800 polls.
                    polls += 1 + polls / 20;
                }
                assert!(polls > 1, "it was dropped at {polls} places only");
            }
        }

        #[tokio::test]
        async fn a_question_of_ones_own_is_asked_instead() {
            let Some((_server, pool)) = begin().await else { return };
            let check = ping(pool).within(PATIENCE).noun("the notes").asking(|connection| {
                Box::pin(async move {
                    $sqlx::query("SELECT 1 FROM notes").execute(connection).await?;
                    Ok(())
                })
            });
            // The connection is broken for all that is known, so a second one is asked, too.
            ask(&check).await.is("fail", "Can't reach the notes", "notes");
        }
    };
}

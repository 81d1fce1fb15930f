//! Work in many accounts at once.

use futures_util::stream::{self, Stream, StreamExt as _};

/// Maximum number of accounts at the same time.
pub(crate) const MAX_CONCURRENT_ACCOUNTS: usize = 16;

/// Does the work for each account, at most [`MAX_CONCURRENT_ACCOUNTS`] at the same time. The first
/// goes alone, so that its renewal of a token or its MFA code serves all others. Results come as
/// they are ready.
pub(crate) fn run_accounts<A, F>(
    accounts: impl Stream<Item = A>,
    work: impl Fn(A) -> F,
) -> impl Stream<Item = F::Output>
where
    F: Future,
{
    let started =
        stream::unfold((Box::pin(accounts), true), |(mut accounts, is_first)| async move {
            let account = accounts.next().await?;
            Some(((account, is_first), (accounts, false)))
        });
    let (first_ended, first_end) = tokio::sync::watch::channel(false);
    let first_ended = std::sync::Arc::new(first_ended);
    started
        .map(move |(account, is_first)| {
            let (work, mut first_end) = (work(account), first_end.clone());
            let first_ended = std::sync::Arc::clone(&first_ended);
            async move {
                if !is_first {
                    // The sender lives as long as this stream.
                    let _ = first_end.wait_for(|has_ended| *has_ended).await;
                    return work.await;
                }
                let done = work.await;
                first_ended.send_replace(true);
                done
            }
        })
        .buffer_unordered(MAX_CONCURRENT_ACCOUNTS)
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn the_first_account_goes_alone_and_then_16_at_once() {
        let (running, most, first) =
            (AtomicUsize::new(0), AtomicUsize::new(0), AtomicUsize::new(0));
        let (running, most, first) = (&running, &most, &first);
        let work = |account: usize| async move {
            let now = running.fetch_add(1, Ordering::SeqCst) + 1;
            let counted = if account == 0 { first } else { most };
            counted.fetch_max(now, Ordering::SeqCst);
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
            if account == 0 {
                first.fetch_max(running.load(Ordering::SeqCst), Ordering::SeqCst);
            }
            running.fetch_sub(1, Ordering::SeqCst);
            account
        };
        let mut done: Vec<_> = run_accounts(stream::iter(0..50), work).collect().await;
        done.sort_unstable();
        assert_eq!(done, (0..50).collect::<Vec<_>>());
        assert_eq!((first.load(Ordering::SeqCst), most.load(Ordering::SeqCst)), (1, 16));
    }
}

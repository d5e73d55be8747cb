package io.lynse.engine.log;

import io.lynse.model.Lsn;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.concurrent.CompletableFuture;

/** Those who wait for entries to become durable, lowest LSN first. Guarded by the log's lock; futures are completed outside it. */
final class SyncQueue {

    record Waiter(long lsn, CompletableFuture<Lsn> future) {}

    private final PriorityQueue<Waiter> waiters = new PriorityQueue<>(Comparator.comparingLong(Waiter::lsn));

    CompletableFuture<Lsn> add(long lsn) {
        var waiter = new Waiter(lsn, new CompletableFuture<>());
        waiters.add(waiter);
        return waiter.future();
    }

    boolean isEmpty() {
        return waiters.isEmpty();
    }

    /** Takes out those that wait for {@code lsn} or less. */
    List<Waiter> takeUpTo(long lsn) {
        var taken = new ArrayList<Waiter>();
        while (!waiters.isEmpty() && waiters.peek().lsn() <= lsn) taken.add(waiters.remove());
        return taken;
    }

    /** Takes out those that wait for {@code lsn} or more. */
    List<Waiter> takeFrom(long lsn) {
        List<Waiter> taken = waiters.stream().filter(waiter -> waiter.lsn() >= lsn).toList();
        waiters.removeIf(waiter -> waiter.lsn() >= lsn);
        return taken;
    }
}

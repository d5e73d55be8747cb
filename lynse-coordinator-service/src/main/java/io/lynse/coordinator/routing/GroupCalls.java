package io.lynse.coordinator.routing;

import io.lynse.coordinator.metadata.MetadataAuthority;
import io.lynse.coordinator.shardclient.EntryOutcome;
import io.lynse.coordinator.shardclient.ShardClients;
import io.lynse.error.LynseError;
import io.lynse.error.LynseException;
import io.lynse.model.Deadline;
import io.lynse.model.Reading;
import io.lynse.model.ShardGroupId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;

/**
 * Calls shard groups. What fails in a way that may go better elsewhere or later is tried again within the request's deadline: a promotion may
 * be due. {@link ReadAttempts} and {@link WriteAttempts} say who is asked, and how often.
 */
public final class GroupCalls implements AutoCloseable {

    private final Reach reach;
    private final GroupReads reads;
    private final PrimaryCalls writes;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    public GroupCalls(MetadataAuthority authority, ShardClients shards, Suspicions suspicions, Patience patience) {
        this.reach = new Reach(authority, shards, suspicions);
        this.reads = new GroupReads(reach, authority, patience);
        this.writes = new PrimaryCalls(reach, patience.writes());
    }

    /** One call of one node, in the epoch the image names. */
    public interface Attempt<T> extends PrimaryCalls.Attempt<T> {}

    /** One call of one member, that may answer if it is confirmed. */
    public interface ReadAttempt<T> extends GroupReads.Attempt<T> {}

    /**
     * @param attemptMax longest time one attempt may take
     * @param reading    who may answer; is told when nobody confirmed the answer
     * @throws LynseException what a member answered; Unavailable naming the group if none can be asked
     */
    public <T> T read(ShardGroupId group, Duration attemptMax, Reading reading, Deadline deadline, ReadAttempt<T> attempt) {
        return reads.read(group, attemptMax, reading, deadline, attempt);
    }

    public ReadCounts readCounts() {
        return reads.counts();
    }

    /** For what only a primary does, beside writing. */
    public <T> T onPrimary(ShardGroupId group, Duration attemptMax, Deadline deadline, Attempt<T> attempt) {
        return writes.until(group, attemptMax, deadline, _ -> false, done(attempt));
    }

    private static <T> PrimaryCalls.Attempt<EntryOutcome<T>> done(Attempt<T> attempt) {
        return (node, fence, deadline) -> new EntryOutcome.Done<>(attempt.run(node, fence, deadline));
    }

    /**
     * Also a group that has no room for the write is asked again, as other groups may have taken their parts already; and one that did not
     * answer, until the deadline, as it has forgotten nothing of what it took.
     *
     * @param attempt the same in every try, write id included
     * @throws LynseException what the group decided; Unavailable or Overloaded if it was definitely not done; OutcomeUnknown
     */
    public <T> T write(ShardGroupId group, Duration attemptMax, Deadline deadline, Attempt<EntryOutcome<T>> attempt) {
        return writes.until(group, attemptMax, deadline, _ -> false, attempt);
    }

    /**
     * As {@link #write}, for whoever brings the group in line: what is missing there is not waited for, because nobody else would bring it.
     * @throws LynseException as there; also NotFound
     */
    public <T> T repair(ShardGroupId group, Duration attemptMax, Deadline deadline, Attempt<EntryOutcome<T>> attempt) {
        return writes.until(group, attemptMax, deadline, error -> error instanceof LynseError.NotFound, attempt);
    }

    /** What became of one of several calls. */
    public sealed interface Result<T> {
        record Done<T>(T value) implements Result<T> {}

        record Failed<T>(LynseError error) implements Result<T> {}
    }

    /** Runs one call per item at the same time and waits for all. Results in the order of the items. */
    public <I, T> List<Result<T>> inParallel(List<I> items, Function<I, T> call) {
        if (items.size() == 1) return List.of(result(items.getFirst(), call));
        var running = new ArrayList<Future<Result<T>>>(items.size());
        for (I item : items) running.add(threads.submit(() -> result(item, call)));
        var results = new ArrayList<Result<T>>(items.size());
        for (Future<Result<T>> future : running) results.add(finished(future));
        return results;
    }

    /** As {@link #inParallel}, for calls that are no use unless all succeed. @throws LynseException the first failure in the order of the items */
    public <I, T> List<T> all(List<I> items, Function<I, T> call) {
        var values = new ArrayList<T>(items.size());
        for (Result<T> result : inParallel(items, call)) {
            switch (result) {
                case Result.Done<T>(T value) -> values.add(value);
                case Result.Failed<T>(LynseError error) -> throw new LynseException(error);
            }
        }
        return values;
    }

    private static <I, T> Result<T> result(I item, Function<I, T> call) {
        try {
            return new Result.Done<>(call.apply(item));
        } catch (LynseException failed) {
            return new Result.Failed<>(failed.error());
        }
    }

    private static <T> Result<T> finished(Future<Result<T>> future) {
        try {
            return future.get();
        } catch (ExecutionException bug) {
            throw new IllegalStateException("a call to a shard group failed in an unforeseen way", bug.getCause());
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            return new Result.Failed<>(new LynseError.OutcomeUnknown("this coordinator is stopping"));
        }
    }

    @Override
    public void close() {
        reach.close();
        threads.shutdownNow();
    }
}

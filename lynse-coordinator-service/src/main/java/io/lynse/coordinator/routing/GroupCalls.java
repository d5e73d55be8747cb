package io.lynse.coordinator.routing;

import io.lynse.coordinator.metadata.MetadataAuthority;
import io.lynse.coordinator.shardclient.GroupFence;
import io.lynse.coordinator.shardclient.ShardClient;
import io.lynse.coordinator.shardclient.ShardClients;
import io.lynse.error.LynseError;
import io.lynse.error.LynseException;
import io.lynse.metadata.ClusterImage;
import io.lynse.model.Deadline;
import io.lynse.model.ShardGroupId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * Calls the primaries of shard groups. A definite refusal (not the primary, another epoch, nothing listening) is tried again with a
 * newer image, because a promotion may be due; an answer, or an outcome that nobody knows, ends the call. A group that stays away
 * longer than the patience is reported, however far the deadline is: reads wait until a dead node must have been detected, writes
 * longer, because a node that restarts has every acknowledged row.
 */
public final class GroupCalls implements AutoCloseable {

    /** Between two attempts when no newer image comes. */
    private static final Duration PAUSE = Duration.ofMillis(100);

    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    private final MetadataAuthority authority;
    private final ShardClients shards;
    private final Suspicions suspicions;
    private final Duration readPatience;
    private final Duration writePatience;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    /** @param readPatience longest wait for a group to have a primary that answers; {@code writePatience} likewise */
    public GroupCalls(MetadataAuthority authority, ShardClients shards, Suspicions suspicions, Duration readPatience, Duration writePatience) {
        this.authority = authority;
        this.shards = shards;
        this.suspicions = suspicions;
        this.readPatience = readPatience;
        this.writePatience = writePatience;
    }

    /** One call of one node, in the epoch the image names. */
    public interface Attempt<T> {
        T run(ShardClient node, GroupFence fence, Deadline deadline);
    }

    /**
     * @param attemptMax longest time one attempt may take
     * @throws LynseException what the primary answered; Unavailable naming the group if it cannot be asked
     */
    public <T> T read(ShardGroupId group, Duration attemptMax, Deadline deadline, Attempt<T> attempt) {
        return onPrimary(group, attemptMax, deadline, readPatience, GroupCalls::worthAnotherTry, attempt);
    }

    /**
     * A group without room for the write is asked again, too: other groups may have taken their parts already.
     *
     * @param attempt the same in every try, write id included
     * @throws LynseException what the primary answered; Unavailable naming the group if it was definitely not done; OutcomeUnknown
     */
    public <T> T write(ShardGroupId group, Duration attemptMax, Deadline deadline, Attempt<T> attempt) {
        return onPrimary(
                group, attemptMax, deadline, writePatience, error -> worthAnotherTry(error) || error instanceof LynseError.Overloaded, attempt);
    }

    /**
     * As {@link #write}, for whoever brings the group in line: what is missing there is not waited for, because nobody else would bring it.
     * @throws LynseException as there; also NotFound
     */
    public <T> T repair(ShardGroupId group, Duration attemptMax, Deadline deadline, Attempt<T> attempt) {
        return onPrimary(
                group, attemptMax, deadline, writePatience,
                error -> !(error instanceof LynseError.NotFound) && (worthAnotherTry(error) || error instanceof LynseError.Overloaded), attempt);
    }

    private <T> T onPrimary(
            ShardGroupId group, Duration attemptMax, Deadline deadline, Duration patience, Predicate<LynseError> again, Attempt<T> attempt) {
        Deadline patient = deadline.atMost(patience);
        ClusterImage image = authority.image();
        while (true) {
            LynseError refusal;
            switch (GroupRouter.route(image, group)) {
                case RoutingDecision.ToPrimary(_, var primary, var epoch) -> {
                    try {
                        return attempt.run(shards.at(primary.uri()), new GroupFence(group, epoch), deadline.atMost(attemptMax));
                    } catch (LynseException failed) {
                        refusal = failed.error();
                        if (!again.test(refusal)) throw named(group, failed);
                        tell(group, primary.uri(), refusal);
                    }
                }
                case RoutingDecision.NoPrimary(_, String uri) -> {
                    refusal = new LynseError.Unavailable(uri + " was not seen yet", RETRY_AFTER);
                    suspicions.node(uri);
                }
            }
            // Nothing pauses an interrupted thread: it would ask as fast as it can.
            boolean ended = patient.passed() || Thread.currentThread().isInterrupted();
            if (ended) throw new LynseException(refusal instanceof LynseError.Overloaded ? refusal : unavailable(group, refusal));
            image = authority.newerThan(image, patient.atMost(PAUSE));
        }
    }

    /** Definitely not done, and may go better at the next primary or in a moment. */
    private static boolean worthAnotherTry(LynseError error) {
        return switch (error) {
            case LynseError.NotPrimary _, LynseError.StaleEpoch _, LynseError.Unavailable _ -> true;
            // Declared here, not there yet: the group was away when it was created.
            case LynseError.NotFound(String kind, _) -> kind.equals("collection") || kind.equals("database");
            default -> false;
        };
    }

    private void tell(ShardGroupId group, String uri, LynseError refusal) {
        switch (refusal) {
            case LynseError.NotFound _ -> suspicions.catalog(group);
            case LynseError.Overloaded _ -> {} // it is well, and busy
            default -> suspicions.node(uri);
        }
    }

    /** What the group itself decided keeps its words, which clients look at. */
    private static LynseException named(ShardGroupId group, LynseException failed) {
        return switch (failed.error()) {
            case LynseError.OutcomeUnknown(String reason) -> new LynseException(new LynseError.OutcomeUnknown("shard group " + group + ": " + reason), failed);
            case LynseError.DeadlineExceeded(String reason) -> new LynseException(new LynseError.DeadlineExceeded("shard group " + group + ": " + reason), failed);
            default -> failed;
        };
    }

    /** The prober knows more than the last attempt, such as a wrong key behind a call that was never made. */
    private LynseError unavailable(ShardGroupId group, LynseError refusal) {
        String known = suspicions.against(group);
        return new LynseError.Unavailable("shard group " + group + ": " + (known.isEmpty() ? refusal.message() : known), RETRY_AFTER);
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
        threads.shutdownNow();
    }
}

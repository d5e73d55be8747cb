package io.lynse.tests.simulation;

import io.lynse.coordinator.routing.WriteAttempts;
import io.lynse.error.LynseError;
import io.lynse.metadata.MemberImage;
import io.lynse.model.Epoch;
import io.lynse.model.ShardGroupId;
import io.lynse.shard.membership.Fence;
import io.lynse.shard.replication.Answer;
import io.lynse.shard.replication.Event;
import io.lynse.shard.replication.WriteId;
import java.time.Duration;
import java.util.function.Consumer;

/** One write to one group through a coordinator: attempt after attempt, until the group has answered or the deadline has come. */
final class SimWrite {

    private static final long ATTEMPT_MAX = 1_200 * World.MILLI;

    private final SimCoordinator coordinator;
    private final Simulation simulation;
    private final ShardGroupId group;
    private final WriteId id;
    private final SimEntry.Change change;
    private final int frames;
    private final long deadline;
    private final Consumer<Answer> reply;
    private WriteAttempts attempts = WriteAttempts.FIRST;
    private int attempt;
    private boolean done;

    /** @param deadline by the coordinator's clock */
    SimWrite(
            SimCoordinator coordinator, Simulation simulation, ShardGroupId group, WriteId id, SimEntry.Change change, int frames, long deadline, Consumer<Answer> reply) {
        this.coordinator = coordinator;
        this.simulation = simulation;
        this.group = group;
        this.id = id;
        this.change = change;
        this.frames = frames;
        this.deadline = deadline;
        this.reply = reply;
    }

    void go() {
        if (done) return;
        if (coordinator.nanos() - deadline >= 0) {
            LynseError error = attempts.atDeadline(group.value());
            finish(error instanceof LynseError.OutcomeUnknown ? new Answer.Unknown("deadline") : new Answer.Refused(error));
            return;
        }
        switch (attempts.next(coordinator.group(group))) {
            case WriteAttempts.Next.Wait() -> pause();
            case WriteAttempts.Next.Send(MemberImage primary, Epoch epoch) -> send(primary, epoch);
        }
    }

    private void send(MemberImage primary, Epoch epoch) {
        int number = ++attempt;
        if (simulation.network.refuses(coordinator.address, primary.uri().substring("http://".length()))) {
            coordinator.suspect(group, primary.uri());
            attempts = attempts.notConnected(new LynseError.Unavailable("connection refused", Duration.ofSeconds(1)));
            pause();
            return;
        }
        long left = Math.min(deadline - coordinator.nanos(), ATTEMPT_MAX);
        simulation.toNode(coordinator.address, primary.uri(), node -> node.ask(
                request -> new Event.Write(request, new Fence(group, epoch), simulation.bug.retried(id, number), change, frames, node.nanos() + left),
                change.key(),
                answer -> simulation.network.send(node.address, coordinator.address, () -> coordinator.whenUp(() -> answered(number, answer.answer(), epoch)))));
        coordinator.later(left, () -> {
            if (done || number != attempt) return;
            attempts = simulation.bug.unanswered(attempts);
            attempt++;
            go();
        });
    }

    private void answered(int number, Answer answer, Epoch epoch) {
        if (done) return;
        switch (answer) {
            // The result of the write id, whichever attempt brings it.
            case Answer.Written written -> finish(written);
            case Answer.Refused(var error) when number == attempt -> {
                switch (attempts.refused(error, epoch)) {
                    case WriteAttempts.Verdict.Again(var next) -> {
                        attempts = next;
                        attempt++;
                        pause();
                    }
                    case WriteAttempts.Verdict.Failed(var failed) -> finish(new Answer.Refused(failed));
                }
            }
            case Answer.Unknown _ when number == attempt -> {
                attempts = simulation.bug.unanswered(attempts);
                attempt++;
                pause();
            }
            default -> {} // of an attempt that was given up
        }
    }

    private void pause() {
        coordinator.later(coordinator.moment(), this::go);
    }

    private void finish(Answer answer) {
        done = true;
        reply.accept(answer);
    }
}

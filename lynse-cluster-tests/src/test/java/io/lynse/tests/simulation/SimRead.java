package io.lynse.tests.simulation;

import io.lynse.coordinator.routing.ReadAttempts;
import io.lynse.metadata.MemberImage;
import io.lynse.model.Epoch;
import io.lynse.model.ShardGroupId;
import io.lynse.shard.membership.Fence;
import io.lynse.shard.replication.Answer;
import io.lynse.shard.replication.Event;
import java.time.Duration;
import java.util.function.Consumer;

/** One read of one group through a coordinator: attempt after attempt, until a member has answered or the time is over. */
final class SimRead {

    /** After which a silent node counts as gone, and silent metadata likewise. */
    static final Duration DETECTION = Duration.ofMillis(1_500);

    private static final long ATTEMPT_MAX = 700 * World.MILLI;

    /** What a client is told. @param unconfirmed why nobody confirmed that this is the newest state; empty: it was confirmed */
    record Told(SimNode.NodeAnswer answer, String unconfirmed) {}

    private final SimCoordinator coordinator;
    private final Simulation simulation;
    private final ShardGroupId group;
    private final int key;
    private final long deadline;
    private final Consumer<Told> reply;
    private ReadAttempts attempts;
    private int attempt;
    private boolean done;

    /** @param deadline by the coordinator's clock */
    SimRead(SimCoordinator coordinator, Simulation simulation, ShardGroupId group, int key, ReadAttempts first, long deadline, Consumer<Told> reply) {
        this.coordinator = coordinator;
        this.simulation = simulation;
        this.group = group;
        this.key = key;
        this.deadline = deadline;
        this.reply = reply;
        attempts = first;
    }

    void go() {
        if (done) return;
        if (coordinator.nanos() - deadline >= 0) {
            finish(new Told(new SimNode.NodeAnswer(new Answer.Unknown("deadline"), null, 0), ""));
            return;
        }
        switch (attempts.next(coordinator.group(group), _ -> false, coordinator.whyNoPromotion())) {
            case ReadAttempts.Next.Ask(var member, Epoch epoch) ->
                ask(member, epoch, attempts.need() == ReadAttempts.Need.STRONG ? Event.Consistency.STRONG : Event.Consistency.DEFAULT, "");
            case ReadAttempts.Next.AskUnconfirmed(var member, Epoch epoch, String reason) -> {
                simulation.waitsForNoPromotion(coordinator);
                ask(member, epoch, Event.Consistency.UNCONFIRMED, reason);
            }
            case ReadAttempts.Next.Wait() -> pause();
        }
    }

    private void ask(MemberImage member, Epoch epoch, Event.Consistency consistency, String reason) {
        int number = ++attempt;
        if (simulation.network.refuses(coordinator.address, member.uri().substring("http://".length()))) {
            coordinator.suspect(group, member.uri());
            failed(number);
            return;
        }
        long left = Math.min(deadline - coordinator.nanos(), ATTEMPT_MAX);
        simulation.toNode(coordinator.address, member.uri(), node -> node.ask(
                request -> new Event.Read(request, new Fence(group, epoch), consistency, node.nanos() + left),
                key,
                answer -> simulation.network.send(node.address, coordinator.address, () -> coordinator.whenUp(() -> answered(number, new Told(answer, reason))))));
        coordinator.later(left, () -> failed(number));
    }

    private void answered(int number, Told told) {
        if (done || number != attempt) return; // of an attempt that was given up
        if (!(told.answer.answer() instanceof Answer.Readable)) {
            failed(number);
            return;
        }
        if (!told.unconfirmed.isEmpty()) simulation.world.counts.unconfirmedReads++;
        finish(new Told(told.answer, simulation.bug.toldUnconfirmed(told.unconfirmed)));
    }

    /** Before it is tried again, the coordinator has its image confirmed: there may be another primary. */
    private void failed(int number) {
        if (done || number != attempt) return;
        attempts = attempts.again();
        attempt++;
        coordinator.confirmImage();
        pause();
    }

    private void pause() {
        coordinator.later(coordinator.moment(), this::go);
    }

    private void finish(Told told) {
        done = true;
        reply.accept(told);
    }
}

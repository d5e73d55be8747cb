package io.lynse.shard.replication;

import io.lynse.error.LynseError;
import io.lynse.metadata.Command;
import io.lynse.metadata.MemberImage;
import io.lynse.metadata.ShardGroupImage;
import io.lynse.model.Epoch;
import io.lynse.model.Lsn;
import io.lynse.model.ShardGroupId;
import io.lynse.shard.replication.ReplicationMessage.Accept;
import io.lynse.shard.replication.ReplicationMessage.Ack;
import io.lynse.shard.replication.ReplicationMessage.Commit;
import io.lynse.shard.replication.ReplicationMessage.Gap;
import io.lynse.shard.replication.ReplicationMessage.Hello;
import io.lynse.shard.replication.ReplicationMessage.Report;
import io.lynse.shard.replication.ReplicationMessage.TakeFiles;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A member while it leads one epoch. Begins with the set of the view of its own promotion (rule 10) and takes its whole log as
 * that of the epoch; its in-doubt tail is committed when all whom it waits for have it. Owned by one {@link MemberCore}.
 */
final class Primary {

    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    private final ReplicationSettings settings;
    private final MemberImage self;
    private final ShardGroupId group;
    private final Epoch epoch;
    private final boolean mirrors;
    private final MemberLog log;
    private final Lsn inherited;
    private final Map<MemberImage, OutStream> streams = new LinkedHashMap<>();
    private final WaitingWrites writes = new WaitingWrites();
    private final PrimaryReads reads;

    private ActiveSet set;
    private Lsn committed;
    private Lsn applying;
    private long lastStream;
    private long askedAt;
    private boolean wantsToRead; // the metadata's set may be another one, though nothing was proposed
    private long heartbeatAt;
    private boolean handingOver;

    /**
     * @param promotion the group as the view of the promotion shows it
     */
    Primary(ReplicationSettings settings, MemberImage self, ShardGroupImage promotion, MemberLog log, long now, Effects out) {
        this.settings = settings;
        this.self = self;
        this.group = promotion.id();
        this.epoch = promotion.epoch();
        this.mirrors = settings.mirrors();
        this.log = log;
        inherited = log.last();
        committed = log.applied();
        applying = log.applied();
        reads = new PrimaryReads(epoch, inherited);
        set = new ActiveSet(mirrors ? new LinkedHashSet<>(promotion.activeMembers()) : Set.of(self), promotion.version(), null);
        heartbeatAt = now;
        members(promotion, now, out);
        advance(now, out);
    }

    Epoch epoch() {
        return epoch;
    }

    Lsn committed() {
        return committed;
    }

    ActiveSet set() {
        return set;
    }

    /** Whether everything appended is committed and nothing more is taken: a switchover loses nobody's time now. */
    boolean handedOver() {
        return handingOver && committed.equals(log.last());
    }

    void handOver(boolean begin) {
        handingOver = begin;
    }

    void write(Event.Write write, long now, Effects out) {
        MemberLog.Remembered result = log.resultOf(write.writeId());
        if (result != null) {
            out.reply(write.request(), new Answer.Written(result.lsn(), result.outcome()));
            return;
        }
        Lsn entry = log.entryOf(write.writeId());
        if (entry == null) {
            LynseError refusal = refusal();
            if (refusal != null) {
                out.reply(write.request(), new Answer.Refused(refusal));
                return;
            }
            entry = log.last().next();
            for (OutStream stream : streams.values()) {
                // Whoever had everything owes progress from now on.
                if (stream.durable().equals(log.last())) stream.due(now);
            }
            log.append(epoch, entry, write.writeId());
            out.add(new Effect.Append(entry, epoch, write.writeId(), write.payload(), write.frames()));
            out.add(new Effect.Force(entry));
        }
        // A retry that is found in the log is answered when its entry is, not before (rule 9).
        writes.add(entry, write.request(), write.deadlineNanos());
    }

    void read(Event.Read read, Effects out) {
        if (read.consistency() == Event.Consistency.STRONG) reads.addStrong(read, set, streams, self, out);
        else reads.add(read); // everything acknowledged is applied here
        reads.settle(set, self, log.applied(), out);
    }

    void forced(long now, Effects out) {
        advance(now, out);
    }

    void applied(Lsn lsn, Outcome outcome, Effects out) {
        writes.applied(lsn, outcome, out);
        reads.settle(set, self, log.applied(), out);
    }

    void received(MemberImage from, ReplicationMessage message, long now, Effects out) {
        OutStream stream = streams.get(from); // by address and node id: another node at the address is another member (rule 6)
        if (stream == null) {
            // Perhaps a wiped disk that the metadata has met already.
            if (message instanceof Report) wantsToRead = true;
            return;
        }
        switch (message) {
            case Report(_, long number, EpochHistory theirs, Lsn theirApplied) when number == stream.number() && !stream.accepted() ->
                reported(stream, theirs, theirApplied, now, out);
            case Ack ack when ack.stream() == stream.number() && stream.accepted() -> acknowledged(stream, ack, now, out);
            case Gap(_, long number, Lsn next) when number == stream.number() && stream.running() -> {
                stream.heard(now);
                out.add(new Effect.Ship(from, number, next));
            }
            case ReplicationMessage.AskToRead(_, long number, long round) when number == stream.number() -> {
                stream.heard(now);
                if (set.counts(from) && committed.compareTo(inherited) >= 0) out.send(from, new ReplicationMessage.MayRead(epoch, number, round, committed));
            }
            case ReplicationMessage.Confirmed(_, long number, long round) when number == stream.number() -> {
                stream.heard(now);
                reads.confirmed(from, round);
                reads.settle(set, self, log.applied(), out);
            }
            default -> {} // late, doubled, or of another stream
        }
    }

    /** Nobody listens at the member's address: no reason to wait for the time-out. */
    void connectionRefused(MemberImage member, long now, Effects out) {
        OutStream stream = streams.get(member);
        if (stream == null || stream.durable().equals(log.last())) return;
        if (set.counts(member)) ask(new ActiveSet.Change(member, false), now, out);
    }

    /** The metadata as of now: an answer to a proposal, or a read. Its epoch is this one. */
    void learn(ShardGroupImage read, long now, Effects out) {
        wantsToRead = false;
        // What was proposed on this version may still be accepted: it stays unsettled.
        if (read.version() <= set.version()) return;
        if (mirrors) set = set.learning(read);
        else set = new ActiveSet(set.counted(), read.version(), null);
        members(read, now, out);
        reads.settle(set, self, log.applied(), out);
        advance(now, out);
        countIn(now, out);
    }

    /** A view of this epoch shows a newer version of the group: ask the metadata itself (rule 10). */
    void hint(long version) {
        if (version > set.version()) wantsToRead = true;
    }

    void tick(long now, Effects out) {
        writes.expire(now, out);
        reads.expire(now, out);
        boolean beat = now - heartbeatAt >= settings.heartbeat().toNanos();
        if (beat) heartbeatAt = now;
        for (OutStream stream : streams.values()) {
            if (isSilent(stream, now)) greet(stream, now, out);
            else if (beat) out.send(stream.member(), new Commit(epoch, stream.number(), committed));
        }
        reads.askAgain(beat, streams, set, self, out);
        if (now - askedAt >= settings.retry().toNanos()) {
            ActiveSet.Change wanted = wanted(now);
            if (wanted == null && set.asked() != null) wanted = set.asked(); // its outcome is unknown: only a higher version settles it
            if (wanted != null) ask(wanted, now, out);
            else if (wantsToRead) {
                askedAt = now;
                out.add(new Effect.ReadGroup());
            }
        }
        countIn(now, out);
    }

    /** Leads no more. What was appended may be committed by the next primary, or not. */
    void stepDown(String reason, Effects out) {
        writes.giveUp(reason, out);
        reads.giveUp(group, reason, out);
        for (OutStream stream : streams.values()) out.add(new Effect.StopShipping(stream.member()));
    }

    /** A running stream is given more time: a new one drops what it has of a large entry. */
    private boolean isSilent(OutStream stream, long now) {
        long silence = now - stream.heardAt();
        return switch (stream.phase()) {
            case GREETED -> silence >= settings.retry().toNanos();
            case RUNNING -> silence >= 2 * settings.replicationTimeout().toNanos();
            case TAKING_FILES -> silence >= settings.filesTimeout().toNanos();
        };
    }

    private @Nullable LynseError refusal() {
        if (handingOver) return new LynseError.NotPrimary(group, "it is handing over to another member");
        if (set.counted().size() < settings.minActiveMembers()) {
            return new LynseError.Unavailable(
                    "shard group " + group + " has " + set.counted().size() + " active members, min_active_members is " + settings.minActiveMembers(),
                    RETRY_AFTER);
        }
        if (log.last().value() - committed.value() >= settings.waitingWritesMax()) {
            return new LynseError.Overloaded("too many writes wait for the replicas of shard group " + group, RETRY_AFTER);
        }
        return null;
    }

    private void reported(OutStream stream, EpochHistory theirs, Lsn theirApplied, long now, Effects out) {
        Lsn keep = EpochHistory.shared(theirs, log.history());
        boolean diverged = keep.compareTo(theirApplied) < 0;
        if (diverged || keep.next().compareTo(log.first()) < 0) {
            // Its copy is about to go: nobody may count on it any more.
            if (set.counts(stream.member())) {
                stream.heard(now);
                ask(new ActiveSet.Change(stream.member(), false), now, out);
            } else {
                stream.takesFiles(now);
                out.send(stream.member(), new TakeFiles(epoch, stream.number()));
            }
            return;
        }
        stream.accept(keep, now);
        out.send(stream.member(), new Accept(epoch, stream.number(), keep));
    }

    private void acknowledged(OutStream stream, Ack ack, long now, Effects out) {
        boolean begins = !stream.running();
        stream.runs();
        boolean more = stream.acknowledged(ack.durable(), ack.next(), ack.frames(), now);
        if (begins) out.add(new Effect.Ship(stream.member(), stream.number(), stream.keep().next()));
        if (more) advance(now, out);
        countIn(now, out);
    }

    /** Commits what everybody whom it waits for has on disk, and applies it. */
    private void advance(long now, Effects out) {
        Lsn everywhere = log.durable();
        for (MemberImage member : set.counted()) {
            if (member.equals(self)) continue;
            OutStream stream = streams.get(member);
            everywhere = EpochHistory.earlier(everywhere, stream == null ? Lsn.NONE : stream.durable());
        }
        if (everywhere.compareTo(committed) <= 0) return;
        committed = everywhere;
        if (committed.compareTo(applying) > 0) {
            applying = committed;
            out.add(new Effect.Apply(committed));
        }
        heartbeatAt = now;
        for (OutStream stream : streams.values()) {
            if (stream.running()) out.send(stream.member(), new Commit(epoch, stream.number(), committed));
        }
    }

    /** Level means: has the inherited log and all that is committed (rule 3). Checking, counting in and proposing are one step. */
    private void countIn(long now, Effects out) {
        if (!mirrors || set.asked() != null) return;
        Lsn level = EpochHistory.later(committed, inherited);
        for (OutStream stream : streams.values()) {
            if (!stream.running() || set.counts(stream.member()) || stream.durable().compareTo(level) < 0 || owes(stream, now)) continue;
            stream.due(now);
            ask(new ActiveSet.Change(stream.member(), true), now, out);
            return; // one at a time: the next needs the version after this one
        }
    }

    /** Whom it should stop waiting for: who owes entries and has made no progress for too long. */
    private ActiveSet.@Nullable Change wanted(long now) {
        if (!mirrors || set.counted().size() <= settings.minActiveMembers()) return null;
        for (MemberImage member : set.counted()) {
            OutStream stream = streams.get(member);
            if (!member.equals(self) && stream != null && owes(stream, now)) return new ActiveSet.Change(member, false);
        }
        return null;
    }

    /** Whether the member lacks entries and has made no progress for too long. */
    private boolean owes(OutStream stream, long now) {
        return !stream.durable().equals(log.last()) && now - stream.movedAt() >= settings.replicationTimeout().toNanos();
    }

    private void ask(ActiveSet.Change change, long now, Effects out) {
        if (!change.active() && set.counted().size() <= settings.minActiveMembers()) return;
        if (change.equals(set.asked()) && now - askedAt < settings.retry().toNanos()) return;
        askedAt = now;
        set = set.asking(change);
        out.add(new Effect.Propose(change.active()
                ? new Command.MarkActive(group, change.member(), epoch, set.version())
                : new Command.MarkStale(group, change.member(), epoch, set.version())));
        out.add(new Effect.Note(change.active() ? "replica is level, asks to mark it active" : "replica makes no progress, asks to mark it stale", change.member()));
    }

    private void members(ShardGroupImage read, long now, Effects out) {
        List<MemberImage> others = new ArrayList<>(read.members());
        others.remove(self);
        others.removeIf(member -> !member.bound());
        for (MemberImage gone : List.copyOf(streams.keySet())) {
            if (others.contains(gone)) continue;
            streams.remove(gone);
            out.add(new Effect.StopShipping(gone));
        }
        for (MemberImage member : others) {
            if (streams.containsKey(member)) continue;
            var stream = new OutStream(member, 0, now);
            streams.put(member, stream);
            greet(stream, now, out);
        }
    }

    private void greet(OutStream stream, long now, Effects out) {
        if (stream.running()) out.add(new Effect.StopShipping(stream.member()));
        stream.greet(++lastStream, now);
        out.send(stream.member(), new Hello(epoch, stream.number(), stream.member()));
    }
}

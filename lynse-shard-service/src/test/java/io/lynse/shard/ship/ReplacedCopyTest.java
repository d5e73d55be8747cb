package io.lynse.shard.ship;

import static org.assertj.core.api.Assertions.assertThat;

import io.lynse.engine.CommitRule;
import io.lynse.engine.Engine;
import io.lynse.engine.EngineSettings;
import io.lynse.engine.ParsedEntry;
import io.lynse.error.LynseError;
import io.lynse.error.LynseException;
import io.lynse.memory.RequestMemory;
import io.lynse.model.Epoch;
import io.lynse.model.HybridClock;
import io.lynse.model.Lsn;
import io.lynse.model.ShardGroupId;
import io.lynse.shard.membership.Fence;
import io.lynse.shard.membership.GroupView;
import io.lynse.shard.membership.NodeMembership;
import io.lynse.shard.recovery.CatchUp;
import io.lynse.shard.recovery.CatchUpSettings;
import io.lynse.shard.replication.MemberCore;
import io.lynse.shard.replication.MemberLog;
import io.lynse.wire.v1.CreateDatabase;
import io.lynse.wire.v1.EntryType;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A write was given room in a log, and by the time of its turn another log has taken that one's place. */
class ReplacedCopyTest {

    private static final Fence FENCE = new Fence(new ShardGroupId("sg0"), new Epoch(1));
    private static final String URI = "http://a:7638";

    @TempDir
    Path folder;

    private Engine engine;
    private Engine replaced;
    private Refill refill;
    private MemberLoop loop;
    private RunningMember member;

    @BeforeEach
    void begin() throws IOException {
        engine = Engine.open(EngineSettings.of(folder.resolve("node")).withWarmUp(false));
        replaced = Engine.open(EngineSettings.of(folder.resolve("replaced")).withWarmUp(false));
        var membership = NodeMembership.open(engine.directory(), engine.nodeId(), false);
        refill = new Refill(engine, new CatchUp(engine, CatchUpSettings.DEFAULT), (_, _) -> {
            throw new AssertionError("no files are fetched");
        }, new HybridClock(System::currentTimeMillis));
        engine.log().commitBy(new CommitRule.WhenTold());
        var core = new MemberCore(
                MemberDriver.SETTINGS, engine.nodeId(), membership.situation().standing(), MemberLog.Found.NOTHING, System.nanoTime());
        loop = new MemberLoop(System::nanoTime);
        member = new RunningMember(core, loop, membership, new OwnState(engine, refill), (_, _, _) -> {
            throw new AssertionError("there is nobody to connect to");
        }, (_, _, _) -> new CompletableFuture<>(), System::nanoTime);
        loop.start(member);
        var view = new GroupView("cluster", FENCE.group(), FENCE.epoch(), 1, 1, new GroupView.Member(URI, engine.nodeId()), List.of(), "");
        assertThat(loop.ask(() -> member.see(view, URI)).join()).isEmpty();
    }

    @AfterEach
    void end() {
        loop.close();
        member.close();
        refill.close();
        engine.close();
        replaced.close();
    }

    private OwnWrite write(Engine admitting) {
        var payload = CreateDatabase.newBuilder().setDatabase("db").build().toByteString().asReadOnlyByteBuffer();
        var write = new OwnWrite(admitting.log(), ParsedEntry.of(EntryType.CREATE_DATABASE.getNumber(), 1, payload), RequestMemory.unbounded());
        loop.later(() -> member.write(FENCE, write, null, 1, System.nanoTime() + Duration.ofMinutes(1).toNanos()));
        return write;
    }

    @Test
    void isToldThatItWasNotAppendedAndTheNextOneIs() {
        OwnWrite late = write(replaced);
        assertThat(late.result()).failsWithin(Duration.ofMinutes(1)).withThrowableThat()
                .havingCause().isInstanceOfSatisfying(LynseException.class, refused -> assertThat(refused.error()).isInstanceOf(LynseError.Unavailable.class));
        assertThat(engine.lastLsn()).isEqualTo(Lsn.NONE);
        assertThat(write(engine).result()).succeedsWithin(Duration.ofMinutes(1));
        assertThat(engine.lastLsn()).isEqualTo(new Lsn(1));
    }
}

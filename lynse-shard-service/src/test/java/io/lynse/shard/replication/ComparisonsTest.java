package io.lynse.shard.replication;

import static org.assertj.core.api.Assertions.assertThat;

import io.lynse.metadata.MemberImage;
import io.lynse.model.Epoch;
import io.lynse.model.Lsn;
import io.lynse.model.NodeId;
import io.lynse.model.ShardGroupId;
import io.lynse.shard.membership.Fence;
import io.lynse.shard.replication.ReplicationMessage.Compare;
import io.lynse.shard.replication.ReplicationMessage.Compared;
import io.lynse.shard.replication.ReplicationMessage.Outvoted;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Who is believed when states differ, as primary A sees it. */
class ComparisonsTest {

    private static final MemberImage A = member("a");
    private static final MemberImage B = member("b");
    private static final MemberImage C = member("c");
    private static final Fence F1 = new Fence(new ShardGroupId("sg0"), new Epoch(1));
    private static final Checksum RIGHT = new Sum(1);
    private static final Checksum WRONG = new Sum(2);

    private record Sum(long value) implements Checksum {}

    private final OwnSums own = new OwnSums();
    private final Comparisons comparisons = new Comparisons(ReplicationSettings.DEFAULT, A, F1, own, 0);
    private List<OutStream> streams = List.of();

    @Test
    void whoHasAnotherStateIsAskedAgainUntilItHasReadItsCopy() {
        group(B);
        sums(1, RIGHT);
        assertThat(says(B, 1, WRONG, false)).contains(new Effect.Verify(lsn(1)));
        var again = new Effects();
        comparisons.tick(streams, ReplicationSettings.DEFAULT.retry().toNanos(), again);
        assertThat(again.all()).containsExactly(new Effect.Send(B, new Compare(F1, 1, lsn(1), RIGHT)));
    }

    @Test
    void ofTwoMembersNeitherOutvotesTheOther() {
        group(B);
        agreed(1, B);
        sums(2, RIGHT);
        own.verified(lsn(2));
        assertThat(says(B, 2, WRONG, true)).noneMatch(effect -> effect instanceof Effect.Send);
        assertThat(comparisons.divergence()).isEqualTo(new Divergence(lsn(2), Set.of(B)));
        assertThat(comparisons.doubts(B)).isTrue();
        agreed(3, B);
        assertThat(comparisons.divergence()).isNull();
    }

    @Test
    void theOneThatDiffersFromAllOthersIsOutvoted() {
        group(B, C);
        agreed(1, B, C);
        sums(2, RIGHT);
        own.verified(lsn(2));
        says(B, 2, RIGHT, false);
        assertThat(says(C, 2, WRONG, true)).contains(new Effect.Send(C, new Outvoted(F1, 2, lsn(2))));
    }

    @Test
    void nobodyIsOutvotedBeforeItHasReadItsCopyAndThePrimaryItsOwn() {
        group(B, C);
        agreed(1, B, C);
        sums(2, RIGHT);
        says(B, 2, RIGHT, false);
        assertThat(says(C, 2, WRONG, true)).containsExactly(new Effect.Verify(lsn(2)));
    }

    @Test
    void aPrimaryThatDiffersFromAllOthersIsTheWrongOne() {
        group(B, C);
        agreed(1, B, C);
        sums(2, WRONG);
        own.verified(lsn(2));
        var out = new Effects();
        assertThat(comparisons.said(B, compared(2, RIGHT, true), streams, out)).isFalse();
        assertThat(comparisons.said(C, compared(2, RIGHT, true), streams, out)).isTrue();
        assertThat(out.all()).noneMatch(effect -> effect instanceof Effect.Send);
    }

    /** Otherwise a wrong row of the primary would be two votes against the last right copy. */
    @Test
    void aCopyThatWasFilledFromThePrimaryIsNoWitness() {
        group(B, C);
        agreed(1, B, C);
        comparisons.forget(C); // it takes files
        sums(2, WRONG);
        own.verified(lsn(2));
        says(C, 2, WRONG, false);
        assertThat(says(B, 2, RIGHT, true)).noneMatch(effect -> effect instanceof Effect.Send);
        assertThat(comparisons.divergence()).isEqualTo(new Divergence(lsn(2), Set.of(B)));
    }

    @Test
    void beforeTheGroupHasAgreedThereIsNoWitness() {
        group(B, C);
        sums(1, RIGHT);
        own.verified(lsn(1));
        says(B, 1, RIGHT, false);
        assertThat(says(C, 1, WRONG, true)).noneMatch(effect -> effect instanceof Effect.Send);
        assertThat(comparisons.divergence()).isEqualTo(new Divergence(lsn(1), Set.of(C)));
    }

    private void group(MemberImage... others) {
        streams = Stream.of(others).map(other -> {
            var stream = new OutStream(other, other.equals(B) ? 1 : 2, 0);
            stream.runs();
            return stream;
        }).toList();
    }

    private void agreed(long lsn, MemberImage... others) {
        sums(lsn, RIGHT);
        for (MemberImage other : others) says(other, lsn, RIGHT, false);
    }

    private void sums(long lsn, Checksum sum) {
        own.summed(lsn(lsn), sum);
        comparisons.begin(lsn(lsn), streams, 0, new Effects());
    }

    private List<Effect> says(MemberImage member, long lsn, Checksum sum, boolean sound) {
        var out = new Effects();
        comparisons.said(member, compared(lsn, sum, sound), streams, out);
        var effects = new ArrayList<>(out.all());
        effects.removeIf(effect -> effect instanceof Effect.Note);
        return effects;
    }

    private static Compared compared(long lsn, Checksum sum, boolean sound) {
        return new Compared(F1, 1, lsn(lsn), sum, sound);
    }

    private static MemberImage member(String name) {
        return new MemberImage("http://" + name, new NodeId(name));
    }

    private static Lsn lsn(long value) {
        return new Lsn(value);
    }
}

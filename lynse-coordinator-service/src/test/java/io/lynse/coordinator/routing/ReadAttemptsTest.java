package io.lynse.coordinator.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.lynse.coordinator.routing.ReadAttempts.Need;
import io.lynse.coordinator.routing.ReadAttempts.Next;
import io.lynse.error.LynseError;
import io.lynse.metadata.MemberImage;
import io.lynse.metadata.ReplicaImage;
import io.lynse.metadata.ReplicaState;
import io.lynse.metadata.ShardGroupImage;
import io.lynse.model.Epoch;
import io.lynse.model.NodeId;
import io.lynse.model.ShardGroupId;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.FieldSource;

class ReadAttemptsTest {

    static final MemberImage A = member("a");
    static final MemberImage B = member("b");
    static final MemberImage C = member("c");
    static final Epoch E7 = new Epoch(7);

    // Group sg0, epoch 7: a is primary, b is active, c is stale.
    static final ShardGroupImage GROUP = group(A);
    static final ShardGroupImage UNSEEN = group(new MemberImage("http://a:1", null));

    static final List<Arguments> TABLE = List.of(
            arguments("the primary is asked first", ReadAttempts.first(Need.CONFIRMED, 0), GROUP, "", ask(A)),
            arguments("then another active member, which the primary may still confirm", after(1, Need.CONFIRMED), GROUP, "", ask(B)),
            arguments("and all over again, while a promotion may come", after(2, Need.CONFIRMED), GROUP, "", ask(A)),
            arguments("who spreads its reads begins elsewhere", ReadAttempts.first(Need.CONFIRMED, 1), GROUP, "", ask(B)),
            arguments("a stale member is never asked", ReadAttempts.first(Need.CONFIRMED, 2), GROUP, "", ask(A)),
            arguments("a strong read is the primary's alone", after(1, Need.STRONG), GROUP, "", ask(A)),
            arguments("where no promotion can come, an answer may still be confirmed", after(1, Need.CONFIRMED), GROUP, "no quorum", ask(B)),
            arguments("if none was, each answers from what it knows", after(2, Need.CONFIRMED), GROUP, "no quorum", new Next.AskUnconfirmed(A, E7, "no quorum")),
            arguments("one after the other", after(3, Need.CONFIRMED), GROUP, "no quorum", new Next.AskUnconfirmed(B, E7, "no quorum")),
            arguments("a strong read has no exception", after(9, Need.STRONG), GROUP, "no quorum", ask(A)),
            arguments("a primary that nobody has met is not asked", ReadAttempts.first(Need.CONFIRMED, 0), UNSEEN, "", ask(B)),
            arguments("and a strong read waits for it", ReadAttempts.first(Need.STRONG, 0), UNSEEN, "", new Next.Wait()));

    @ParameterizedTest(name = "{0}")
    @FieldSource("TABLE")
    void decides(String when, ReadAttempts attempts, ShardGroupImage group, String noPromotion, Next expected) {
        assertThat(attempts.next(group, _ -> false, Optional.of(noPromotion).filter(reason -> !reason.isEmpty()))).isEqualTo(expected);
    }

    @Test
    void whoIsSilentIsAskedLast() {
        assertThat(ReadAttempts.first(Need.CONFIRMED, 0).next(GROUP, A::equals, Optional.empty())).isEqualTo(ask(B));
        assertThat(after(1, Need.CONFIRMED).next(GROUP, A::equals, Optional.empty())).isEqualTo(ask(A));
        assertThat(after(2, Need.CONFIRMED).next(GROUP, A::equals, Optional.of("no quorum"))).isEqualTo(new Next.AskUnconfirmed(B, E7, "no quorum"));
        assertThat(ReadAttempts.first(Need.STRONG, 0).next(GROUP, A::equals, Optional.empty())).as("nobody else may answer").isEqualTo(ask(A));
    }

    static final List<Arguments> FAILURES = List.of(
            arguments("another one leads", new LynseError.NotPrimary(new ShardGroupId("sg0"), "it follows"), true, true),
            arguments("another epoch", new LynseError.StaleEpoch(E7, E7.next()), true, true),
            arguments("away", new LynseError.Unavailable("connection refused", Duration.ofSeconds(1)), true, true),
            arguments("not there yet", new LynseError.NotFound("collection", "7"), true, true),
            arguments("busy", new LynseError.Overloaded("too many", Duration.ofSeconds(1)), true, false),
            arguments("too slow", new LynseError.DeadlineExceeded("no answer in time"), true, false),
            arguments("broken", new LynseError.Internal("a file is damaged"), true, false),
            arguments("the caller's mistake", LynseError.invalid("ids", "external id 5 does not exist"), false, false));

    @ParameterizedTest(name = "{0}")
    @FieldSource("FAILURES")
    void triesAnotherMemberBeforeItTells(String what, LynseError failure, boolean afterOne, boolean afterAll) {
        assertThat(after(1, Need.CONFIRMED).mayGoBetter(GROUP, failure)).isEqualTo(afterOne);
        assertThat(after(2, Need.CONFIRMED).mayGoBetter(GROUP, failure)).isEqualTo(afterAll);
    }

    @Test
    void metadataThatWasAskedInVainForTheDetectionTimePromotesNobody() {
        Duration detection = Duration.ofNanos(300);
        MetadataContact asked = MetadataContact.NONE_ASKED.asked(100).asked(350);
        assertThat(MetadataContact.NONE_ASKED.whyNoPromotion(detection, 10_000)).as("never asked").isEmpty();
        assertThat(asked.whyNoPromotion(detection, 399)).isEmpty();
        assertThat(asked.whyNoPromotion(detection, 400)).isPresent();
        assertThat(asked.heard().asked(390).whyNoPromotion(detection, 400)).isEmpty();
    }

    private static ReadAttempts after(int failed, Need need) {
        ReadAttempts attempts = ReadAttempts.first(need, 0);
        for (int i = 0; i < failed; i++) attempts = attempts.again();
        return attempts;
    }

    private static Next ask(MemberImage member) {
        return new Next.Ask(member, E7);
    }

    private static MemberImage member(String name) {
        return new MemberImage("http://" + name + ":1", new NodeId("node-" + name));
    }

    private static ShardGroupImage group(MemberImage primary) {
        return new ShardGroupImage(new ShardGroupId("sg0"), primary, E7, 1, List.of(new ReplicaImage(B, ReplicaState.ACTIVE), new ReplicaImage(C, ReplicaState.STALE)));
    }
}

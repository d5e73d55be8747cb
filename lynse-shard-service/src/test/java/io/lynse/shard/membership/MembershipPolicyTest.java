package io.lynse.shard.membership;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.lynse.error.LynseError.NotPrimary;
import io.lynse.error.LynseError.StaleEpoch;
import io.lynse.model.Epoch;
import io.lynse.model.NodeId;
import io.lynse.model.ShardGroupId;
import io.lynse.shard.membership.GroupView.Member;
import io.lynse.shard.membership.MembershipPolicy.FenceDecision;
import io.lynse.shard.membership.MembershipPolicy.Purpose;
import io.lynse.shard.membership.MembershipPolicy.Report;
import io.lynse.shard.membership.MembershipPolicy.ViewDecision;
import io.lynse.shard.membership.Standing.Place;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.FieldSource;

/** DESIGN 4, invariants 3 and 8, and rules 1, 6, 10 and 12 of the model-checked specification, as tables. */
class MembershipPolicyTest {

    // Group sg0 of cluster c: this node is "me" at http://me, the other member is "you" at http://you.
    static final NodeId ME = new NodeId("me");
    static final ShardGroupId SG0 = new ShardGroupId("sg0");

    enum Outcome { LEADS, FOLLOWS, KEEPS, REFUSES }

    static final List<Arguments> VIEWS = List.of(
            arguments("the first view makes a primary",              alone(0, 0),              mine(1, 10), Outcome.LEADS, 1L),
            arguments("or a replica",                                alone(0, 0),              yours(1, 10), Outcome.FOLLOWS, 1L),
            arguments("an id that is not known yet is this node's",  alone(0, 0),              view("c", "sg0", 1, 10, "http://me", null), Outcome.LEADS, 1L),
            arguments("another node id at this address does not lead", alone(0, 0),            view("c", "sg0", 1, 10, "http://me", "before"), Outcome.FOLLOWS, 1L),
            arguments("this node id at another address neither",     alone(0, 0),              view("c", "sg0", 1, 10, "http://you", "me"), Outcome.FOLLOWS, 1L),
            arguments("what it led on its own it does not lead again", alone(3, 3),            mine(3, 10), Outcome.FOLLOWS, 3L),
            arguments("a cluster that starts below waits",           alone(3, 3),              mine(2, 10), Outcome.KEEPS, 3L),
            arguments("a restarted primary keeps its view and waits", restarted(mine(5, 10)),  mine(5, 10), Outcome.KEEPS, 5L),
            arguments("and a newer meta epoch does not help it",     restarted(mine(5, 10)),   mine(5, 11), Outcome.FOLLOWS, 5L),
            arguments("promoted anew it leads",                      restarted(mine(5, 10)),   mine(6, 11), Outcome.LEADS, 6L),
            arguments("a newer meta epoch leaves a primary leading", leading(mine(5, 10)),     mine(5, 11), Outcome.LEADS, 5L),
            arguments("the same view brings nothing",                leading(mine(5, 10)),     mine(5, 10), Outcome.KEEPS, 5L),
            arguments("an older meta epoch neither",                 leading(mine(5, 10)),     yours(5, 9), Outcome.KEEPS, 5L),
            arguments("a later epoch deposes",                       leading(mine(5, 10)),     yours(6, 11), Outcome.FOLLOWS, 6L),
            arguments("also with an older meta epoch",               leading(mine(5, 10)),     yours(6, 9), Outcome.FOLLOWS, 6L),
            arguments("an earlier epoch with a later meta epoch is old", leading(mine(5, 10)), yours(4, 99), Outcome.KEEPS, 5L),
            arguments("a replica is promoted",                       following(yours(5, 10)),  mine(6, 11), Outcome.LEADS, 6L),
            arguments("not below what a request told it",            seen(8, yours(5, 10)),    mine(7, 11), Outcome.KEEPS, 8L),
            arguments("but in the very epoch it was told",           seen(8, yours(5, 10)),    mine(8, 11), Outcome.LEADS, 8L),
            arguments("another cluster's view is refused",           leading(mine(5, 10)),     view("d", "sg0", 9, 99, "http://me", "me"), Outcome.REFUSES, 5L),
            arguments("another group's too",                         leading(mine(5, 10)),     view("c", "sg1", 9, 99, "http://me", "me"), Outcome.REFUSES, 5L));

    @ParameterizedTest(name = "{0}")
    @FieldSource("VIEWS")
    void takesAView(String when, Situation now, GroupView view, Outcome expected, long seen) {
        ViewDecision decision = MembershipPolicy.onView(now, view, "http://me", false);
        Situation next = decision instanceof ViewDecision.Adopt(var adopted) ? adopted : now;
        Outcome outcome = switch (decision) {
            case ViewDecision.Adopt(var adopted) -> adopted.leads(view.primaryEpoch()) ? Outcome.LEADS : Outcome.FOLLOWS;
            case ViewDecision.Keep() -> Outcome.KEEPS;
            case ViewDecision.Refuse _ -> Outcome.REFUSES;
        };
        assertThat(outcome).isEqualTo(expected);
        assertThat(next.standing().seen()).isEqualTo(new Epoch(seen));
        if (outcome == Outcome.LEADS) assertThat(next.standing().led()).as("led is kept beside what is led").isEqualTo(view.primaryEpoch());
    }

    @Test
    void aNodeWithCollectionsOfItsOwnDoesNotBecomeAMember() {
        assertThat(MembershipPolicy.onView(alone(0, 0), mine(1, 10), "http://me", true)).isInstanceOf(ViewDecision.Refuse.class);
        assertThat(MembershipPolicy.onView(leading(mine(5, 10)), mine(5, 11), "http://me", true))
                .as("a member's collections are the cluster's").isInstanceOf(ViewDecision.Adopt.class);
    }

    @Test
    void aDirectoryAtAnotherAddressIsNotTheMember() {
        assertThat(MembershipPolicy.onView(leading(mine(5, 10)), mine(6, 11), "http://copy", false))
                .isEqualTo(new ViewDecision.Refuse("this data directory belongs to the member at http://me, not to one at http://copy"));
    }

    static final NotPrimary NO_VIEW = notPrimary("this node has not adopted a view of any shard group");
    static final NotPrimary RESTARTED = notPrimary("it was restarted and must be promoted anew");

    static final List<Arguments> FENCES = List.of(
            arguments("the primary writes in its epoch",       leading(mine(5, 10)),    5L, Purpose.WRITE, serve(5)),
            arguments("and reads",                             leading(mine(5, 10)),    5L, Purpose.READ, serve(5)),
            arguments("an earlier epoch is over",              leading(mine(5, 10)),    4L, Purpose.WRITE, refuse(new StaleEpoch(new Epoch(4), new Epoch(5)))),
            arguments("for reads too",                         leading(mine(5, 10)),    4L, Purpose.READ, refuse(new StaleEpoch(new Epoch(4), new Epoch(5)))),
            arguments("a replica refuses",                     following(yours(5, 10)), 5L, Purpose.READ, refuse(notPrimary("the primary is http://you"))),
            arguments("a restarted primary does not write",    restarted(mine(5, 10)),  5L, Purpose.WRITE, refuse(RESTARTED)),
            arguments("but is read",                           restarted(mine(5, 10)),  5L, Purpose.READ, serve(5)),
            arguments("without a view nothing is served",      alone(0, 0),             1L, Purpose.READ, refuse(NO_VIEW)),
            arguments("not even its own epoch",                claimed(),               1L, Purpose.WRITE, refuse(NO_VIEW)),
            arguments("what a request told stays told",        seen(8, mine(5, 10)),    7L, Purpose.READ, refuse(new StaleEpoch(new Epoch(7), new Epoch(8)))),
            arguments("and is not served without its view",    seen(8, mine(5, 10)),    8L, Purpose.READ, refuse(notPrimary("a view of epoch 8 is not adopted yet"))));

    @ParameterizedTest(name = "{0}")
    @FieldSource("FENCES")
    void judgesAFence(String when, Situation now, long epoch, Purpose purpose, FenceDecision expected) {
        assertThat(MembershipPolicy.onFence(now, new Fence(SG0, new Epoch(epoch)), purpose)).isEqualTo(expected);
    }

    @Test
    void aLaterEpochMakesAPrimaryStepDown() {
        var decision = MembershipPolicy.onFence(leading(mine(5, 10)), new Fence(SG0, new Epoch(6)), Purpose.READ);
        assertThat(decision).isEqualTo(new FenceDecision.StepDown(seen(6, mine(5, 10)), notPrimary("a view of epoch 6 is not adopted yet")));
    }

    @Test
    void aFenceOfAnotherGroupTeachesNothing() {
        var decision = MembershipPolicy.onFence(leading(mine(5, 10)), new Fence(new ShardGroupId("sg1"), new Epoch(99)), Purpose.WRITE);
        assertThat(decision).isEqualTo(refuse(new NotPrimary(new ShardGroupId("sg1"), "this node belongs to shard group sg0")));
    }

    @Test
    void onItsOwnEveryRunHasAnEpochOfItsOwn() {
        Situation first = MembershipPolicy.claim(alone(0, 0));
        Situation afterRestart = Situation.started(ME, first.standing());
        assertThat(first.leading()).isEqualTo(new Epoch(1));
        assertThat(MembershipPolicy.claim(afterRestart).leading()).isEqualTo(new Epoch(2));
    }

    static final List<Arguments> REPORTS = List.of(
            arguments("alone",              alone(0, 0),             new Report(Role.STANDALONE, false, "it has not adopted a view")),
            arguments("leading",            leading(mine(5, 10)),    new Report(Role.PRIMARY, true, "")),
            arguments("restarted",          restarted(mine(5, 10)),  new Report(Role.PRIMARY, false, "it was restarted and must be promoted anew")),
            arguments("superseded",         seen(8, mine(5, 10)),    new Report(Role.PRIMARY, false, "epoch 8 supersedes its view's")),
            arguments("following",          following(yours(5, 10)), new Report(Role.REPLICA, false, "")),
            arguments("swapped disk",       following(view("c", "sg0", 5, 10, "http://me", "before")),
                    new Report(Role.REPLICA, false, "the view expects node before at this address, this is node me")));

    @ParameterizedTest(name = "{0}")
    @FieldSource("REPORTS")
    void reportsWhatItIs(String when, Situation now, Report expected) {
        assertThat(MembershipPolicy.report(now)).isEqualTo(expected);
    }

    private static Situation alone(long seen, long led) {
        return Situation.started(ME, new Standing(null, new Epoch(seen), new Epoch(led)));
    }

    private static Situation claimed() {
        return MembershipPolicy.claim(alone(0, 0));
    }

    private static Situation leading(GroupView view) {
        return new Situation(ME, new Standing(new Place(view, "http://me"), view.primaryEpoch(), view.primaryEpoch()), view.primaryEpoch());
    }

    private static Situation restarted(GroupView view) {
        return Situation.started(ME, leading(view).standing());
    }

    private static Situation following(GroupView view) {
        return Situation.started(ME, new Standing(new Place(view, "http://me"), view.primaryEpoch(), Epoch.NONE));
    }

    /** A member that a request told of a later epoch. */
    private static Situation seen(long epoch, GroupView view) {
        Epoch led = view.primary().uri().equals("http://me") ? view.primaryEpoch() : Epoch.NONE;
        return Situation.started(ME, new Standing(new Place(view, "http://me"), new Epoch(epoch), led));
    }

    private static GroupView mine(long epoch, long metaEpoch) {
        return view("c", "sg0", epoch, metaEpoch, "http://me", "me");
    }

    private static GroupView yours(long epoch, long metaEpoch) {
        return view("c", "sg0", epoch, metaEpoch, "http://you", "you");
    }

    private static GroupView view(String cluster, String group, long epoch, long metaEpoch, String primary, @Nullable String id) {
        var member = new Member(primary, id == null ? null : new NodeId(id));
        return new GroupView(cluster, new ShardGroupId(group), new Epoch(epoch), metaEpoch, 1, member, List.of(), "http://door");
    }

    private static FenceDecision serve(long epoch) {
        return new FenceDecision.Serve(new Epoch(epoch));
    }

    private static FenceDecision refuse(io.lynse.error.LynseError error) {
        return new FenceDecision.Refuse(error);
    }

    private static NotPrimary notPrimary(String reason) {
        return new NotPrimary(SG0, reason);
    }
}

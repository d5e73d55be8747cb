package io.lynse.shard.membership;

import io.lynse.error.LynseError;
import io.lynse.error.LynseError.NotPrimary;
import io.lynse.error.LynseError.StaleEpoch;
import io.lynse.model.Epoch;
import io.lynse.shard.membership.Standing.Place;
import org.jspecify.annotations.Nullable;

/**
 * The rules of DESIGN 4 (invariants 3 and 8) and of the model-checked specification (rules 1, 6, 10, 12), without time or I/O:
 * <ul>
 *   <li>A node leads epoch e only if the newest view it adopted names it, address and node id, as the primary of e, and
 *       {@code e >= seen} and {@code e > led}. So a restarted primary never goes on in its epoch: entries of the run before
 *       may have been in flight under it, and the pair (epoch, LSN) must name one entry only.
 *   <li>Whatever raises {@code seen} or {@code led} is on disk before an answer depends on it. That is the shell's part.
 *   <li>Without a view a node is its own authority, in an epoch that it claims at its first write of each run.
 * </ul>
 */
public final class MembershipPolicy {

    private MembershipPolicy() {}

    /** What becomes of a view that a coordinator brings. */
    public sealed interface ViewDecision {
        record Adopt(Situation next) implements ViewDecision {}

        /** Nothing newer than what is known. */
        record Keep() implements ViewDecision {}

        record Refuse(String reason) implements ViewDecision {}
    }

    /** What becomes of a fenced request. */
    public sealed interface FenceDecision {
        record Serve(Epoch epoch) implements FenceDecision {}

        record Refuse(LynseError error) implements FenceDecision {}

        /** The request knows a later epoch: this node leads no more, and says so after it has kept what it learnt. */
        record StepDown(Situation next, LynseError error) implements FenceDecision {}
    }

    public enum Purpose { READ, WRITE }

    /**
     * How the node is, for a probe.
     *
     * @param canLead whether it writes in its view's epoch, now
     * @param trouble why it cannot lead although it should; empty: nothing
     */
    public record Report(Role role, boolean canLead, String trouble) {}

    /**
     * @param uri              the address under which the caller knows this node
     * @param holdsCollections whether there is data here that the cluster may not know of
     */
    public static ViewDecision onView(Situation now, GroupView view, String uri, boolean holdsCollections) {
        Standing standing = now.standing();
        Place place = standing.place();
        if (place == null && holdsCollections) {
            return new ViewDecision.Refuse("this node holds data of its own that cluster " + view.clusterId()
                    + " does not know; start it on an empty data directory to make it a member");
        }
        if (place != null) {
            String mismatch = mismatch(place, view, uri);
            if (mismatch != null) return new ViewDecision.Refuse(mismatch);
            if (!view.newerThan(place.view())) return new ViewDecision.Keep();
        }
        Epoch epoch = view.primaryEpoch();
        if (epoch.compareTo(standing.seen()) < 0) return new ViewDecision.Keep();

        var taken = new Place(view, uri);
        boolean primary = taken.isPrimary(now.self());
        boolean begins = primary && epoch.compareTo(standing.led()) > 0;
        boolean goesOn = primary && place != null && now.leads(epoch);
        Epoch led = begins ? epoch : standing.led();
        return new ViewDecision.Adopt(
                new Situation(now.self(), new Standing(taken, epoch, led), begins || goesOn ? epoch : Epoch.NONE));
    }

    private static @Nullable String mismatch(Place place, GroupView view, String uri) {
        GroupView own = place.view();
        if (!own.clusterId().equals(view.clusterId())) {
            return "this node belongs to cluster " + own.clusterId() + ", not to " + view.clusterId();
        }
        if (!own.group().equals(view.group())) {
            return "this node belongs to shard group " + own.group() + ", not to " + view.group();
        }
        if (!place.uri().equals(uri)) {
            return "this data directory belongs to the member at " + place.uri() + ", not to one at " + uri;
        }
        return null;
    }

    /** Judges one request. Order matters: what is certain about the caller's epoch is told first. */
    public static FenceDecision onFence(Situation now, Fence fence, Purpose purpose) {
        Standing standing = now.standing();
        Place place = standing.place();
        if (place == null) return refuse(fence, "this node has not adopted a view of any shard group");
        GroupView view = place.view();
        if (!view.group().equals(fence.group())) return refuse(fence, "this node belongs to shard group " + view.group());

        Epoch epoch = fence.epoch();
        if (epoch.compareTo(standing.seen()) < 0) return new FenceDecision.Refuse(new StaleEpoch(epoch, standing.seen()));
        if (epoch.compareTo(view.primaryEpoch()) > 0) {
            var error = new NotPrimary(fence.group(), "a view of epoch " + epoch + " is not adopted yet");
            if (epoch.equals(standing.seen())) return new FenceDecision.Refuse(error);
            return new FenceDecision.StepDown(
                    new Situation(now.self(), new Standing(place, epoch, standing.led()), Epoch.NONE), error);
        }
        if (!place.isPrimary(now.self())) return refuse(fence, "the primary is " + view.primary().uri());
        // A restarted primary has everything it acknowledged, so it may be read until a promotion, its own or another's, is known.
        if (purpose == Purpose.WRITE && !now.leads(epoch)) return refuse(fence, NOT_PROMOTED);
        return new FenceDecision.Serve(epoch);
    }

    private static final String NOT_PROMOTED = "it was restarted and must be promoted anew";

    private static FenceDecision refuse(Fence fence, String reason) {
        return new FenceDecision.Refuse(new NotPrimary(fence.group(), reason));
    }

    /** The epoch in which a node without a view writes from now on. @throws IllegalStateException if it has a view */
    public static Situation claim(Situation now) {
        Standing standing = now.standing();
        if (standing.place() != null) throw new IllegalStateException("a member does not claim an epoch, it is promoted");
        Epoch own = standing.seen().next();
        return new Situation(now.self(), new Standing(null, own, own), own);
    }

    public static Role role(Situation now) {
        Place place = now.standing().place();
        if (place == null) return Role.STANDALONE;
        return place.isPrimary(now.self()) ? Role.PRIMARY : Role.REPLICA;
    }

    public static Report report(Situation now) {
        Role role = role(now);
        Place place = now.standing().place();
        if (place == null) return new Report(role, false, "it has not adopted a view");
        GroupView view = place.view();
        boolean leads = role == Role.PRIMARY && now.leads(view.primaryEpoch());
        String trouble = "";
        if (role == Role.PRIMARY && !leads) {
            trouble = now.standing().seen().compareTo(view.primaryEpoch()) > 0
                    ? "epoch " + now.standing().seen() + " supersedes its view's"
                    : NOT_PROMOTED;
        } else if (role == Role.REPLICA && view.primary().uri().equals(place.uri())) {
            trouble = "the view expects node " + view.primary().nodeId() + " at this address, this is node " + now.self();
        }
        return new Report(role, leads, trouble);
    }
}

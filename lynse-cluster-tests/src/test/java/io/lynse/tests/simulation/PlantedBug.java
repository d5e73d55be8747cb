package io.lynse.tests.simulation;

import io.lynse.coordinator.failover.ForcedPromotion;
import io.lynse.coordinator.health.GroupWatch;
import io.lynse.coordinator.lease.LeaseCore;
import io.lynse.coordinator.routing.WriteAttempts;
import io.lynse.coordinator.write.PartOutcome;
import io.lynse.coordinator.write.WriteVerdict;
import io.lynse.error.LynseError;
import io.lynse.metadata.ClusterImage;
import io.lynse.metadata.Command;
import io.lynse.metadata.Decision;
import io.lynse.metadata.ShardGroupImage;
import io.lynse.model.CopyState;
import io.lynse.model.Ids;
import io.lynse.shard.membership.Standing;
import io.lynse.shard.replication.Effect;
import io.lynse.shard.replication.Event;
import io.lynse.shard.replication.WriteId;
import java.util.List;
import java.util.Optional;

/** A mistake around the cores: each method is the right behaviour, and a planted bug overrides one. */
class PlantedBug {

    static final PlantedBug NONE = new PlantedBug();

    /** What a node's core hears instead of the event. */
    List<Event> events(SimNode node, Event event) {
        return List.of(event);
    }

    /** What a node does instead of the effects. */
    List<Effect> effects(SimNode node, List<Effect> effects) {
        return effects;
    }

    Decision decide(ClusterImage image, Command command) {
        return Decision.decide(image, command);
    }

    /** What a coordinator does about its group instead of these actions. */
    List<GroupWatch.Action> actions(GroupWatch watch, ShardGroupImage group, GroupWatch.Event event, List<GroupWatch.Action> actions) {
        return actions;
    }

    /** Whether a refused connection is looked at sooner than after an interval. */
    boolean looksAtOnce() {
        return true;
    }

    /** Whether a leader leaves the lease to a coordinator that reaches what it does not. */
    boolean givesUp() {
        return true;
    }

    LeaseCore.Settings lease(LeaseCore.Settings settings) {
        return settings;
    }

    /** Whether a renewal counts from when it was answered, not from before it was sent. */
    boolean countsFromReply() {
        return false;
    }

    /** Whether a coordinator measures its lease by the wall clock. */
    boolean leaseByWallClock() {
        return false;
    }

    /** Whether a probe shows the node the current view, so that one that was lost comes again. */
    boolean probesCarryViews() {
        return true;
    }

    /** Whether the operator who has forced a promotion is told that every member knows of it. */
    boolean isKnownToAll(ForcedPromotion forced) {
        return forced.isKnownToAll();
    }

    /** Why a coordinator waits for no promotion. */
    Optional<String> whyNoPromotion(Optional<String> reason) {
        return reason;
    }

    /** What a client is told of an answer that nobody confirmed. */
    String toldUnconfirmed(String reason) {
        return reason;
    }

    /** The id of a write's next attempt. */
    WriteId retried(WriteId id, int attempt) {
        return id;
    }

    /** What is known of a write after an attempt that was not answered. */
    WriteAttempts unanswered(WriteAttempts attempts) {
        return attempts.unanswered();
    }

    /** What a client is told about a write over several groups. */
    Optional<LynseError> verdict(List<PartOutcome> outcomes, Ids ids) {
        return WriteVerdict.of(outcomes, ids);
    }

    boolean wipeKeepsId() {
        return false;
    }

    /** What a starting node takes for its standing. */
    Standing onStart(Standing stored) {
        return stored;
    }

    boolean forgetsResults() {
        return false;
    }

    /** Whether a member sums up the state that it has when it comes to it, not that of the checksum entry. */
    boolean sumsLate(SimNode node) {
        return false;
    }

    /** What a coordinator believes of a copy. @param leads whether its member leads, now */
    CopyState heard(CopyState copy, boolean leads) {
        return copy;
    }

    /** Whether files are held against their checksums before they are installed. */
    boolean verifiesFiles() {
        return true;
    }
}

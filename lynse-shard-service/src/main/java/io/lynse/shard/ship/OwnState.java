package io.lynse.shard.ship;

import io.lynse.engine.Engine;
import io.lynse.engine.GivenUp;
import io.lynse.engine.ReplicatedLog;
import io.lynse.model.CopyState;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** This node's engine, as its membership sees it: a copy that may be given up, lost, and replaced. */
record OwnState(Engine engine, Refill refill) {

    /** Another one after each installation; null: this node's copy is lost. */
    @Nullable ReplicatedLog log() {
        return engine.quarantine() == null ? engine.log() : null;
    }

    /** Why there is no log, for people. */
    String lost() {
        return String.valueOf(engine.quarantine());
    }

    /** Why nothing is written any more; null: all is well, or there is nothing that could be written to. */
    @Nullable String trouble() {
        return engine.quarantine() == null ? engine.trouble() : null;
    }

    /** Which collections this copy lacks, and why; null: none. */
    @Nullable String damage() {
        String all = engine.damagedCollections().entrySet().stream().map(each -> each.getKey() + ": " + each.getValue()).collect(Collectors.joining("; "));
        return all.isEmpty() ? null : all;
    }

    /** What this node found of its own copy when it started; null: nothing bad. */
    @Nullable GivenUp found() {
        return engine.quarantine() == null ? engine.givenUp() : new GivenUp(CopyState.LOST, lost());
    }

    /** A lost copy is found again by each start, and may be put right meanwhile: that is not kept in mind. */
    void giveUp(GivenUp why) {
        GivenUp known = engine.givenUp();
        boolean isKnown = known != null && known.state().compareTo(why.state()) >= 0;
        if (engine.quarantine() == null && !isKnown) engine.giveUp(why);
    }
}

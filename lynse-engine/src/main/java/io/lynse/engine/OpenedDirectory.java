package io.lynse.engine;

import io.lynse.engine.collection.FoldObserver;
import io.lynse.engine.directory.DataDirectory;
import io.lynse.engine.directory.DataDirectoryException;
import io.lynse.engine.log.LogDamagedException;
import io.lynse.engine.log.LogSettings;
import io.lynse.engine.space.DiskSpace;
import java.io.UncheckedIOException;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A data directory that is ours, and what is in it: a store, or the reason why its copy serves nothing.
 *
 * @param store      null: the copy is damaged on which all depend, or is being replaced
 * @param quarantine why, for people; null: there is a store
 * @param givenUp    what is kept in mind of the copy; null: nothing
 */
record OpenedDirectory(DataDirectory directory, Ways ways, @Nullable Store store, @Nullable String quarantine, @Nullable GivenUp givenUp) {

    private static final Logger log = LoggerFactory.getLogger(OpenedDirectory.class);

    /** How it is opened, now and when its copy was replaced. */
    record Ways(EngineSettings settings, LogSettings logSettings, FoldObserver observer, DiskSpace space) {}

    /** See {@link Engine#open(EngineSettings)}. */
    static OpenedDirectory open(Ways ways) {
        DataDirectory directory = null;
        try {
            directory = DataDirectory.open(ways.settings.directory());
            var replacement = IncomingCopy.replacement(directory);
            replacement.finish();
            replacement.clean(Instant.now());
            return opened(directory, ways);
        } catch (RuntimeException failure) {
            closeQuietly(directory, failure);
            throw failure instanceof DataDirectoryException || failure instanceof UncheckedIOException
                    ? new EngineOpenException(String.valueOf(failure.getMessage()), failure)
                    : failure;
        }
    }

    private static OpenedDirectory opened(DataDirectory directory, Ways ways) {
        GivenUp givenUp = GivenUp.read(directory);
        try {
            Store store = Store.open(directory, ways.settings, ways.logSettings, ways.observer, ways.space);
            if (givenUp != null) store.checkpoints.keepLog();
            return new OpenedDirectory(directory, ways, store, null, givenUp);
        } catch (LogDamagedException | DamagedCopyException damage) {
            return quarantined(directory, ways, damage, givenUp);
        }
    }

    /** The copy is given up, on disk first. It is served as before, and its log is not trimmed any more. */
    OpenedDirectory givenUp(GivenUp why) {
        why.write(directory);
        if (store != null) store.checkpoints.keepLog();
        log.atWarn().addKeyValue("node", directory.nodeId()).addKeyValue("state", why.state().text()).log("copy given up: {}", why.reason());
        return new OpenedDirectory(directory, ways, store, quarantine, why);
    }

    /** Nothing is served from now on; the store is for the caller to close. */
    OpenedDirectory withoutStore(String reason) {
        return new OpenedDirectory(directory, ways, null, reason, givenUp);
    }

    /** The same directory, which nobody has open, with what was fetched in place of what was there. */
    OpenedDirectory replaced() {
        IncomingCopy.replacement(directory).finish();
        return opened(directory, ways);
    }

    private static OpenedDirectory quarantined(DataDirectory directory, Ways ways, RuntimeException damage, @Nullable GivenUp givenUp) {
        String reason = "this node's copy is damaged and serves nothing: " + damage.getMessage() + "; its files are left as they are: restore "
                + directory.path() + " from a copy, or start with an empty directory and let the node be filled again";
        log.atError().addKeyValue("directory", directory.path()).addKeyValue("node", directory.nodeId()).setCause(damage).log("copy quarantined");
        return new OpenedDirectory(directory, ways, null, reason, givenUp);
    }

    private static void closeQuietly(@Nullable DataDirectory opened, Exception because) {
        if (opened == null) return;
        try {
            opened.close();
        } catch (RuntimeException failure) {
            because.addSuppressed(failure);
        }
    }
}

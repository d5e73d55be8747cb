package io.lynse.engine;

import io.lynse.engine.collection.FoldObserver;
import io.lynse.engine.directory.DataDirectory;
import io.lynse.engine.directory.DataDirectoryException;
import io.lynse.engine.log.LogDamagedException;
import io.lynse.engine.log.LogSettings;
import io.lynse.engine.space.DiskSpace;
import java.io.UncheckedIOException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A data directory that is ours, and what is in it: a store, or the reason why its copy serves nothing.
 *
 * @param store      null: the copy is damaged on which all depend
 * @param quarantine why, for people; null: there is a store
 */
record OpenedDirectory(DataDirectory directory, @Nullable Store store, @Nullable String quarantine) {

    private static final Logger log = LoggerFactory.getLogger(OpenedDirectory.class);

    /** See {@link Engine#open(EngineSettings)}. */
    static OpenedDirectory open(EngineSettings settings, LogSettings logSettings, FoldObserver observer, DiskSpace space) {
        DataDirectory directory = null;
        try {
            directory = DataDirectory.open(settings.directory());
            return new OpenedDirectory(directory, Store.open(directory, settings, logSettings, observer, space), null);
        } catch (LogDamagedException | DamagedCopyException damage) {
            return quarantined(Objects.requireNonNull(directory), damage);
        } catch (RuntimeException failure) {
            closeQuietly(directory, failure);
            throw failure instanceof DataDirectoryException || failure instanceof UncheckedIOException
                    ? new EngineOpenException(String.valueOf(failure.getMessage()), failure)
                    : failure;
        }
    }

    private static OpenedDirectory quarantined(DataDirectory directory, RuntimeException damage) {
        String reason = "this node's copy is damaged and serves nothing: " + damage.getMessage() + "; its files are left as they are: restore "
                + directory.path() + " from a copy, or start with an empty directory and let the node be filled again";
        log.atError().addKeyValue("directory", directory.path()).addKeyValue("node", directory.nodeId()).setCause(damage).log("copy quarantined");
        return new OpenedDirectory(directory, null, reason);
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

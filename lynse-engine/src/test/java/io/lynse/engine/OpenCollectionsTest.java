package io.lynse.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lynse.engine.collection.FoldLimits;
import io.lynse.engine.collection.FoldObserver;
import io.lynse.engine.collection.Folds;
import io.lynse.engine.index.hnsw.GraphBuilds;
import io.lynse.engine.index.hnsw.Indexing;
import io.lynse.error.LynseError;
import io.lynse.error.LynseException;
import io.lynse.model.CollectionId;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OpenCollectionsTest {

    @TempDir
    Path directory;

    /** A read that began before its node stopped, or before its copy was replaced, must not be told that there is no such collection. */
    @Test
    void whatIsClosedIsNotSaidToBeMissing() {
        try (var folds = new Folds(FoldLimits.DEFAULT, 1 << 20, 1, FoldObserver.NONE)) {
            var collections = new OpenCollections(directory, folds, new Indexing(GraphBuilds.ofThisProcess()), 0);
            assertThatThrownBy(() -> collections.get(new CollectionId(1)))
                    .isInstanceOfSatisfying(LynseException.class, e -> assertThat(e.error()).isInstanceOf(LynseError.NotFound.class));
            collections.close();
            assertThatThrownBy(() -> collections.get(new CollectionId(1)))
                    .isInstanceOfSatisfying(LynseException.class, e -> assertThat(e.error()).isInstanceOf(LynseError.Unavailable.class));
        }
    }
}

package io.lynse.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.lynse.model.Lsn;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CommitMarkTest {

    @TempDir
    Path temporary;

    @Test
    void theLastAdvanceIsFoundAgain() throws IOException {
        Path file = temporary.resolve("committed");
        assertThat(CommitMark.exists(file)).isFalse();
        CommitMark.create(file, new Lsn(7)).close();
        for (long lsn = 7; lsn < 20; lsn++) {
            try (CommitMark mark = CommitMark.open(file)) {
                assertThat(mark.committed()).isEqualTo(new Lsn(lsn));
                mark.advance(new Lsn(lsn + 1));
                mark.advance(new Lsn(3));
                assertThat(mark.committed()).isEqualTo(new Lsn(lsn + 1));
            }
        }
        CommitMark.delete(file);
        assertThat(CommitMark.exists(file)).isFalse();
    }

    @Test
    void anyTornWriteLeavesTheMarkBefore() throws IOException {
        Path file = temporary.resolve("committed");
        try (CommitMark mark = CommitMark.create(file, new Lsn(1))) {
            mark.advance(new Lsn(2));
            mark.advance(new Lsn(3));
        }
        byte[] whole = Files.readAllBytes(file);
        for (int at = 0; at < whole.length; at++) {
            byte[] torn = whole.clone();
            torn[at] ^= 0x55;
            Files.write(file, torn);
            try (CommitMark mark = CommitMark.open(file)) {
                assertThat(mark.committed()).isIn(new Lsn(2), new Lsn(3));
            }
        }
        Files.write(file, new byte[5]);
        try (CommitMark mark = CommitMark.open(file)) {
            assertThat(mark.committed()).isEqualTo(Lsn.NONE);
        }
    }
}

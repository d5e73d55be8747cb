package io.lynse.engine.crash;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A byte of a data directory is changed, or a file loses its end: {@value #DAMAGES} times over every kind of file, the last
 * acknowledged record and the graph included. The engine opens and has everything; or one collection is unavailable, names its
 * folder, and the others have everything and take writes; or the copy is quarantined, or refused, and the file is named. It never hangs,
 * never needs memory (96 MiB of heap), and never answers with other rows than those that were written.
 */
class CorruptionIT {

    private static final int DAMAGES = 500;
    private static final int HEAP_MIB = 96;

    @TempDir
    Path temporary;

    @Test
    void damageIsRepairedOrNamed() throws IOException, InterruptedException {
        int damages = Integer.getInteger("lynse.test.damages", DAMAGES);
        Process child = ChildJvm.start(
                DamagedEngines.class, HEAP_MIB, temporary.toString(), Integer.toString(damages), Integer.getInteger("lynse.test.damage", 0).toString());
        String said = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(child.waitFor()).as(said.lines().filter(line -> !line.startsWith("\tat ")).reduce("", (a, b) -> a + "\n" + b)).isZero();
        System.out.println(said.lines().filter(line -> line.matches("[\\w.]+: .*")).reduce("", (a, b) -> a + "\n" + b));
        assertThat(said.lines().filter(line -> line.startsWith("kinds: ")).findFirst().orElseThrow())
                .contains("wal", "catalog", "node.id", "lynse.lock", "segments_N", "si", "fnm", "tim", "tip", "tmd", "doc", "dvd", "dvm", "vec", "vem", "vex", "liv",
                        "half.vec", "half.vemf", "half.vem", "half.vex");
    }
}

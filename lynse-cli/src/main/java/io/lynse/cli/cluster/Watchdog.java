package io.lynse.cli.cluster;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * A tiny process that cleans up when this one is killed without a chance to do so itself (kill -9): it reads which processes
 * to end and which folder to remove, and does both when its input ends before it is dismissed.
 */
final class Watchdog implements AutoCloseable {

    // A node may take its time to stop, so the folder goes only when the nodes are gone. Ctrl-C reaches the whole
    // process group; the watchdog stays for as long as the one it watches over.
    private static final String SCRIPT =
            """
            trap '' INT TERM HUP
            pids='' folder=''
            while read -r word rest; do
              case $word in
                node) pids="$pids $rest" ;;
                folder) folder=$rest ;;
                dismiss) exit 0 ;;
              esac
            done
            for pid in $pids; do kill "$pid" 2>/dev/null; done
            tries=0
            while [ $tries -lt 50 ]; do
              alive=''
              for pid in $pids; do kill -0 "$pid" 2>/dev/null && alive=yes; done
              [ -n "$alive" ] || break
              sleep 0.2
              tries=$((tries + 1))
            done
            for pid in $pids; do kill -9 "$pid" 2>/dev/null; done
            [ -z "$folder" ] || rm -rf "$folder"
            """;

    private final PrintStream orders;

    private Watchdog(Process shell) {
        this.orders = new PrintStream(shell.getOutputStream(), true, StandardCharsets.UTF_8);
    }

    /** @param folder removed together with what is in it */
    static Watchdog start(Path folder) throws IOException {
        var watchdog = new Watchdog(new ProcessBuilder("/bin/sh", "-c", SCRIPT)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start());
        watchdog.orders.println("folder " + folder.toAbsolutePath());
        return watchdog;
    }

    void watch(ProcessHandle node) {
        orders.println("node " + node.pid());
    }

    /** There is nothing left to clean up. */
    @Override
    public void close() {
        orders.println("dismiss");
        orders.close();
    }
}

package io.lynse.tests.processes;

import io.lynse.tests.Answer;
import io.lynse.tests.Api;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

/** Creates a database and drops it, one request after the other: each needs the owners of the cluster's metadata. */
final class ControlLoad implements AutoCloseable {

    private static final String DATABASE = "to_and_fro";

    /** @param status 0: no answer */
    record Failure(int status, String text) {}

    private final Api api;
    private final List<Long> successes = new CopyOnWriteArrayList<>(); // nanoTime of each
    private final List<Failure> failures = new CopyOnWriteArrayList<>();
    private final Thread thread;
    private volatile boolean enough;

    private ControlLoad(Api api) {
        this.api = api;
        this.thread = Thread.ofVirtual().name("control-load").start(this::run);
    }

    static ControlLoad start(Api coordinator) {
        return new ControlLoad(coordinator);
    }

    private void run() {
        while (!enough) {
            request("/create_database");
            request("/drop_database");
        }
    }

    private void request(String path) {
        try {
            Answer answer = api.post(path, Map.of("database_name", DATABASE));
            if (answer.status() == 200) successes.add(System.nanoTime());
            else failures.add(new Failure(answer.status(), answer.text()));
        } catch (IOException noAnswer) {
            failures.add(new Failure(0, noAnswer.toString()));
        }
    }

    int count() {
        return successes.size();
    }

    List<Failure> failures() {
        return failures;
    }

    /** The longest time without a success between the one before {@code since} and the last one. */
    Duration longestGap(long since) {
        long longest = 0;
        long before = since;
        for (long success : successes) {
            if (success > since) longest = Math.max(longest, success - before);
            before = success;
        }
        return Duration.ofNanos(longest);
    }

    @Override
    public void close() {
        enough = true;
        try {
            thread.join();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}

package io.lynse.tests.processes;

import io.lynse.tests.Answer;
import io.lynse.tests.Api;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Creates collections, fills each with a few rows and drops an earlier one, until it is told to stop. What was acknowledged
 * must hold afterwards, and no half-made or half-dropped collection may stand in the way of its name.
 */
final class SchemaChurn implements AutoCloseable {

    /** Enough ids to fall into every group. */
    private static final int ROWS = 8;

    /** A drop follows its create by so many others. */
    private static final int KEPT = 3;

    private final Api api;
    private final String database;
    private final int run;
    private final List<String> filled = new ArrayList<>();
    private final List<String> dropped = new ArrayList<>();
    private final List<String> inDoubt = new ArrayList<>();
    private final Thread thread;
    private volatile boolean stopping;

    private SchemaChurn(Api api, String database, int run) {
        this.api = api;
        this.database = database;
        this.run = run;
        this.thread = Thread.ofPlatform().name("schema-churn").unstarted(this::churn);
    }

    static SchemaChurn start(Api api, String database, int run) {
        var churn = new SchemaChurn(api, database, run);
        churn.thread.start();
        return churn;
    }

    @Override
    public void close() {
        stopping = true;
        try {
            thread.join();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new AssertionError(interrupted);
        }
    }

    private void churn() {
        for (int i = 0; !stopping; i++) {
            String name = "churn-" + run + "-" + i;
            if (succeeds("/required_collection", name, Map.of("dim", 1)) && succeeds("/add", name, rows())) filled.add(name);
            else inDoubt.add(name);
            if (filled.size() <= KEPT) continue;
            String oldest = filled.removeFirst();
            if (succeeds("/drop_collection", oldest, Map.of())) dropped.add(oldest);
            else inDoubt.add(oldest);
        }
    }

    /** @return one line per broken promise */
    List<String> problems() throws IOException {
        var problems = new ArrayList<String>();
        for (String name : filled) {
            if (!exists(name)) problems.add(name + " was acknowledged and is gone");
            else if (size(name) != ROWS) problems.add(name + " holds " + size(name) + " rows instead of " + ROWS);
        }
        for (String name : lastOf(dropped)) {
            if (exists(name)) problems.add(name + " was dropped and is there");
        }
        var names = new ArrayList<>(filled);
        names.addAll(lastOf(dropped));
        names.addAll(lastOf(inDoubt));
        for (String name : names) {
            Answer opened = post("/required_collection", name, Map.of("dim", 1, "drop_if_exists", true));
            Answer added = post("/add", name, rows());
            if (opened.status() != 200 || added.status() != 200) problems.add(name + " cannot be made anew: " + opened + ", " + added);
            else if (size(name) != ROWS) problems.add(name + " was made anew and holds " + size(name) + " rows instead of " + ROWS);
        }
        return problems;
    }

    private boolean exists(String name) throws IOException {
        return post("/is_collection_exists", name, Map.of()).orFail(name).params().get("exists").booleanValue();
    }

    private int size(String name) throws IOException {
        return post("/collection_shape", name, Map.of()).orFail(name).params().at("/shape/0").intValue();
    }

    private boolean succeeds(String path, String name, Map<String, ?> more) {
        try {
            return post(path, name, more).status() == 200;
        } catch (IOException killed) {
            return false;
        }
    }

    private Answer post(String path, String name, Map<String, ?> more) throws IOException {
        return api.post(path, QuickLocalClusterE2E.with(Map.of("database_name", database, "collection_name", name), more));
    }

    private static Map<String, Object> rows() {
        return Map.of("ids", IntStream.range(0, ROWS).boxed().toList(), "vectors", Collections.nCopies(ROWS, List.of(1.0)));
    }

    private static List<String> lastOf(List<String> names) {
        return names.subList(Math.max(0, names.size() - KEPT), names.size());
    }
}

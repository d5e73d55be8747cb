package io.lynse.tests.compat;

import io.lynse.tests.Answer;
import io.lynse.tests.Api;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Sends a recording to a server, one exchange after the other, and tells what differs from what was expected. */
final class Replay {

    static final String NOT_YET = "not supported yet: ";

    private final Api api;
    private final NotYet notYet;
    private final OwnChoices ours;
    private final String folder;

    /** @param folder an empty folder that the server can write to */
    Replay(Api api, NotYet notYet, OwnChoices ours, String folder) {
        this.api = api;
        this.notYet = notYet;
        this.ours = ours;
        this.folder = folder;
    }

    /** @param problems one line per exchange that is neither as recorded nor as the list of what is missing says */
    record Report(String recording, int passed, int notYet, List<String> problems) {
        String summary() {
            return "%s: %d passed, %d not yet, %d failed".formatted(recording, passed, notYet, problems.size());
        }
    }

    Report run(Recording recording) {
        int passed = 0;
        int missing = 0;
        var problems = new ArrayList<String>();
        for (Exchange exchange : recording.exchanges()) {
            NotYet.Reason reason = notYet.reasons().get(exchange.number());
            String problem = problem(exchange, reason);
            if (problem != null) problems.add("#" + exchange.number() + " " + exchange.scenario() + " " + exchange.method() + " " + exchange.path() + ": " + problem);
            else if (reason == null) passed++;
            else missing++;
        }
        return new Report(recording.name(), passed, missing, List.copyOf(problems));
    }

    private @Nullable String problem(Exchange exchange, NotYet.@Nullable Reason reason) {
        try {
            Answer answer = exchange.send(api, folder);
            List<String> differences = Judge.differences(exchange, answer, folder);
            return problem(answer, ours.unexplained(exchange.number(), differences), reason);
        } catch (IOException noAnswer) {
            return "no answer: " + noAnswer;
        }
    }

    /**
     * A refusal as "not supported yet" never counts as a match, even where the original refuses too: it must stand on the
     * list, so that the list tells all that is missing.
     */
    static @Nullable String problem(Answer answer, List<String> differences, NotYet.@Nullable Reason reason) {
        boolean refused = answer.status() == 400 && answer.error().contains(NOT_YET);
        return switch (reason) {
            case null -> refused ? "not on the list of what is missing, but " + answer : differences.isEmpty() ? null : String.join("; ", differences);
            case NotYet.Reason.Feature(String name) -> refused && answer.error().contains(NOT_YET + name)
                    ? null
                    : "must be a 400 '" + NOT_YET + name + "' or leave the list: " + (differences.isEmpty() ? "it matches now" : answer);
            case NotYet.Reason.After(int number) -> !differences.isEmpty() && !refused
                    ? null
                    : refused ? "is refused itself, not only different after " + number + ": " + answer : "must leave the list: it matches now";
        };
    }
}

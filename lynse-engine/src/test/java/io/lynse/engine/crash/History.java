package io.lynse.engine.crash;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Which incarnation of an engine got through which operations.
 *
 * @param spans of the incarnations that left anything, in order
 */
record History(List<Span> spans) {

    /** @param last LSN of its last operation that survived */
    record Span(int incarnation, long last) {}

    static final History NONE = new History(List.of());

    History {
        spans = List.copyOf(spans);
    }

    long last() {
        return spans.isEmpty() ? 0 : spans.getLast().last;
    }

    /** With what the next incarnation got done. */
    History then(int incarnation, long last) {
        if (last == last()) return this;
        var longer = new ArrayList<>(spans);
        longer.add(new Span(incarnation, last));
        return new History(longer);
    }

    /** Without what a crash took, which is from the end. */
    History upTo(long lsn) {
        var left = new ArrayList<Span>();
        for (Span span : spans) {
            if (left.isEmpty() ? lsn > 0 : left.getLast().last < lsn) left.add(new Span(span.incarnation, Math.min(span.last, lsn)));
        }
        return new History(left);
    }

    /** Goes through all operations again. */
    NaiveEngine model(Load load) {
        var model = new NaiveEngine();
        for (Span span : spans) {
            while (model.lsn() < span.last) model.apply(load.next(span.incarnation, model));
        }
        return model;
    }

    @Override
    public String toString() {
        return spans.stream().map(span -> span.incarnation + ":" + span.last).collect(Collectors.joining(","));
    }

    static History parse(String text) {
        var spans = new ArrayList<Span>();
        for (String part : text.isEmpty() ? new String[0] : text.split(",", -1)) {
            String[] halves = part.split(":", 2);
            spans.add(new Span(Integer.parseInt(halves[0]), Long.parseLong(halves[1])));
        }
        return new History(spans);
    }
}

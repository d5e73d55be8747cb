package io.lynse.shard.ship;

import io.lynse.shard.replication.Answer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Requests that the protocol has not answered yet. For the driver's thread. */
final class Requests {

    /** @param lost told instead of an answer when there will be none; why */
    private record Waiting(Consumer<Answer> answer, Consumer<String> lost) {}

    private final Map<Long, Waiting> waiting = new HashMap<>();
    private long last;

    /** @return the number under which it is answered */
    long add(Consumer<Answer> answer, Consumer<String> lost) {
        waiting.put(++last, new Waiting(answer, lost));
        return last;
    }

    void answer(long request, Answer answer) {
        Waiting who = waiting.remove(request);
        if (who != null) who.answer.accept(answer);
    }

    void giveUp(String reason) {
        List<Waiting> all = List.copyOf(waiting.values());
        waiting.clear();
        all.forEach(who -> who.lost.accept(reason));
    }
}

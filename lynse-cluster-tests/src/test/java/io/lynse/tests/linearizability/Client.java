package io.lynse.tests.linearizability;

import io.lynse.error.LynseError;
import io.lynse.error.LynseException;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;

/** Asks one thing after the other, and writes down what it was told and when. */
final class Client implements Runnable {

    private static final int PAUSE_MILLIS_MAX = 25;
    private static final int PAUSE_MILLIS_MAX_IN_TROUBLE = 200;

    private final int number;
    private final Caller caller;
    private final Door door;
    private final Random random;
    private final List<Operation<Call, Answer>> operations = new CopyOnWriteArrayList<>();
    private final List<String> denied = new CopyOnWriteArrayList<>();
    private volatile boolean enough;
    private volatile long answers; // written by its own thread alone

    Client(int number, Whole before, Door door, Random random) {
        this.number = number;
        this.caller = new Caller(number, new Random(random.nextLong()), before);
        this.door = door;
        this.random = random;
    }

    List<Operation<Call, Answer>> operations() {
        return operations;
    }

    long answers() {
        return answers;
    }

    /** What was never done, by what it was told: if it was all the same, no order explains what others saw. */
    List<String> denied() {
        return denied;
    }

    void enough() {
        enough = true;
    }

    @Override
    public void run() {
        while (!enough) {
            int pauseMillisMax = PAUSE_MILLIS_MAX;
            Call call = caller.next();
            long invoked = System.nanoTime();
            try {
                answered(call, invoked, door.ask(call));
            } catch (LynseException failed) {
                failed(call, invoked, failed);
                pauseMillisMax = PAUSE_MILLIS_MAX_IN_TROUBLE;
            }
            try {
                Thread.sleep(random.nextInt(pauseMillisMax));
            } catch (InterruptedException stopped) {
                return;
            }
        }
    }

    /** When everything is well again. */
    boolean readsLast() {
        long invoked = System.nanoTime();
        answered(new Call.Read(), invoked, door.ask(new Call.Read()));
        return true;
    }

    private void answered(Call call, long invoked, Answer answer) {
        operations.add(Operation.answered(number, call, invoked, answer, System.nanoTime()));
        answers++;
        caller.learn(answer);
    }

    private void failed(Call call, long invoked, LynseException failed) {
        LynseError error = failed.error();
        if (call instanceof Call.Propose) {
            switch (error) {
                case LynseError.InvalidArgument _, LynseError.NotFound _, LynseError.AlreadyExists _, LynseError.Conflict _ -> answered(call, invoked, Answer.REFUSED);
                case LynseError.OutcomeUnknown _ -> operations.add(Operation.unknown(number, call, invoked));
                case LynseError.Unavailable _, LynseError.Overloaded _ -> denied.add(call + ": " + error.message());
                default -> throw failed;
            }
            return;
        }
        switch (error) {
            case LynseError.Unavailable _, LynseError.Overloaded _, LynseError.DeadlineExceeded _ -> denied.add(call + ": " + error.message());
            default -> throw failed;
        }
    }
}

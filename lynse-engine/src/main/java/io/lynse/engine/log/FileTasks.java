package io.lynse.engine.log;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Work on files that must not meet a write, in line for the log's thread. Trims rely on no frame that waits to be written, and may be
 * what gives it room: they have a line of their own. Guarded by the log's lock, unless said otherwise.
 */
final class FileTasks {

    interface Work {
        void run() throws IOException;
    }

    static final class Task {
        private final Work work;
        private boolean done;

        private Task(Work work) {
            this.work = work;
        }

        boolean isDone() {
            return done;
        }
    }

    private final ReentrantLock lock;
    private final Condition changed;
    private final Queue<Task> tasks = new ArrayDeque<>();
    private final Queue<Task> trims = new ArrayDeque<>();

    FileTasks(ReentrantLock lock) {
        this.lock = lock;
        changed = lock.newCondition();
    }

    Task add(Work work) {
        var task = new Task(work);
        tasks.add(task);
        return task;
    }

    Task addTrim(Work trim) {
        var task = new Task(trim);
        trims.add(task);
        return task;
    }

    boolean isEmpty() {
        return tasks.isEmpty() && trims.isEmpty();
    }

    boolean hasTrims() {
        return !trims.isEmpty();
    }

    /** The next that is no trim. */
    @Nullable Task poll() {
        return tasks.poll();
    }

    /** Waits until a task is done, or the log has failed. */
    void await() {
        changed.awaitUninterruptibly();
    }

    void signalAll() {
        changed.signalAll();
    }

    /** Carries out all trims that wait. On the log's thread, without the lock. */
    void carryOutTrims() throws IOException {
        for (Task trim = pollTrim(); trim != null; trim = pollTrim()) carryOut(trim);
    }

    private @Nullable Task pollTrim() {
        lock.lock();
        try {
            return trims.poll();
        } finally {
            lock.unlock();
        }
    }

    /** On the log's thread, without the lock. */
    void carryOut(Task task) throws IOException {
        task.work.run();
        lock.lock();
        try {
            task.done = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }
}

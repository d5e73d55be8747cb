package io.lynse.engine.log;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** Work on files that must not meet a write, in line for the log's thread. Guarded by the log's lock, but for {@link #carryOut}. */
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

    FileTasks(ReentrantLock lock) {
        this.lock = lock;
        changed = lock.newCondition();
    }

    Task add(Work work) {
        var task = new Task(work);
        tasks.add(task);
        return task;
    }

    boolean isEmpty() {
        return tasks.isEmpty();
    }

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

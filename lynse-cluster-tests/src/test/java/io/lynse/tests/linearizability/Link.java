package io.lynse.tests.linearizability;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** The way by which one caller reaches one node. Several causes may cut it at once; it is whole again when all are over. */
final class Link implements AutoCloseable {

    enum Cut {
        /** Nothing arrives and nobody is told. What is under way arrives when the link is whole again, as TCP repeats it. */
        SILENT,
        /** Connections break and new ones are refused. */
        REFUSING
    }

    private static final int BUFFER_BYTES = 16 << 10;

    private final InetSocketAddress entrance;
    private final InetSocketAddress target;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition heard = lock.newCondition();
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private int silent;
    private int refusing;
    private boolean closed;
    private @Nullable ServerSocket listening;

    Link(InetSocketAddress entrance, InetSocketAddress target) throws IOException {
        this.entrance = entrance;
        this.target = target;
        listen();
    }

    void cut(Cut how) {
        lock.lock();
        try {
            switch (how) {
                case SILENT -> silent++;
                case REFUSING -> {
                    if (refusing++ == 0) hangUp();
                }
            }
        } finally {
            lock.unlock();
        }
    }

    void heal(Cut how) {
        lock.lock();
        try {
            switch (how) {
                case SILENT -> {
                    if (--silent == 0) heard.signalAll();
                }
                case REFUSING -> {
                    if (--refusing == 0 && !closed) listen();
                }
            }
        } catch (IOException taken) {
            throw new UncheckedIOException(taken);
        } finally {
            lock.unlock();
        }
    }

    private void listen() throws IOException {
        var server = new ServerSocket();
        server.setReuseAddress(true);
        server.bind(entrance);
        listening = server;
        Thread.ofVirtual().name("link " + entrance).start(() -> accept(server));
    }

    private void hangUp() {
        closeQuietly(listening);
        listening = null;
        open.forEach(Link::closeQuietly);
    }

    private void accept(ServerSocket server) {
        while (true) {
            try {
                Socket caller = server.accept();
                Thread.ofVirtual().start(() -> serve(caller));
            } catch (IOException over) {
                return;
            }
        }
    }

    private void serve(Socket caller) {
        open.add(caller);
        var callee = new Socket();
        open.add(callee);
        try (caller; callee) {
            awaitHeard();
            callee.setTcpNoDelay(true);
            caller.setTcpNoDelay(true);
            callee.connect(target);
            Thread back = Thread.ofVirtual().start(() -> pump(callee, caller));
            pump(caller, callee);
            back.join();
        } catch (IOException broken) {
            // The caller sees the connection break.
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        } finally {
            open.remove(caller);
            open.remove(callee);
        }
    }

    /** Until either end is closed; then both are. */
    private void pump(Socket from, Socket to) {
        byte[] buffer = new byte[BUFFER_BYTES];
        try (from; to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                awaitHeard();
                out.write(buffer, 0, read);
            }
        } catch (IOException broken) {
            // The other end sees it, too.
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private void awaitHeard() throws InterruptedException {
        lock.lock();
        try {
            while (silent > 0 && !closed) heard.await();
        } finally {
            lock.unlock();
        }
    }

    private static void closeQuietly(@Nullable AutoCloseable socket) {
        try {
            if (socket != null) socket.close();
        } catch (Exception gone) {
            // It is closed in any case.
        }
    }

    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            heard.signalAll();
            hangUp();
        } finally {
            lock.unlock();
        }
    }
}

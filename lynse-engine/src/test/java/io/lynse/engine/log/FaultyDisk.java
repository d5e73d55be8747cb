package io.lynse.engine.log;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;

/**
 * A disk in memory that forgets what was not forced when the power goes. Written bytes are kept or lost in sectors of
 * {@value #SECTOR} bytes, each on its own; creations, renames and deletions up to some point in their order.
 */
final class FaultyDisk implements LogDisk {

    private static final int SECTOR = 32;

    private static final class Content {
        byte[] now = new byte[0];
        byte[] forced = new byte[0];

        Content copy() {
            var copy = new Content();
            copy.now = now.clone();
            copy.forced = forced.clone();
            return copy;
        }
    }

    /** One change of the directory: what it does to the numbers by which names find their content. */
    private interface NameChange {
        void apply(Map<String, Integer> names);
    }

    private final Map<Integer, Content> contents = new HashMap<>();
    private final Map<String, Integer> names = new TreeMap<>();
    private final Map<String, Integer> forcedNames = new TreeMap<>();
    private final List<NameChange> unforced = new ArrayList<>();
    private int created;
    private boolean forgetful; // force does nothing
    private int operationsLeft = Integer.MAX_VALUE;
    private int operations;
    private boolean failNextForce;
    private boolean full;
    private volatile Runnable beforeOpen = () -> {};

    /** A disk that lies: it says that bytes are safe and does nothing for them. */
    FaultyDisk ignoringForce() {
        forgetful = true;
        return this;
    }

    /** After this many more changes, nothing works any more. */
    synchronized void cutPowerAfter(int changes) {
        operationsLeft = changes;
    }

    synchronized void failNextForce() {
        failNextForce = true;
    }

    /** Whether no file may grow any more. */
    synchronized void full(boolean noRoom) {
        full = noRoom;
    }

    /** Changes made so far. */
    synchronized int operations() {
        return operations;
    }

    /** The disk as it is found when the power is back. */
    synchronized FaultyDisk afterPowerCut(Random random) {
        var disk = new FaultyDisk();
        disk.names.putAll(forcedNames);
        for (NameChange change : unforced.subList(0, random.nextInt(unforced.size() + 1))) change.apply(disk.names);
        disk.forcedNames.putAll(disk.names);
        int fate = random.nextInt(4);
        for (int number : disk.names.values()) {
            var left = new Content();
            left.now = survivor(Objects.requireNonNull(contents.get(number)), fate, random);
            left.forced = left.now.clone();
            disk.contents.put(number, left);
        }
        disk.created = created;
        disk.forgetful = forgetful;
        return disk;
    }

    /** The disk as it is found when only the process died: all is there, but what was not forced is still not. */
    synchronized FaultyDisk afterKill() {
        var disk = new FaultyDisk();
        disk.names.putAll(names);
        disk.forcedNames.putAll(forcedNames);
        disk.unforced.addAll(unforced);
        contents.forEach((number, content) -> disk.contents.put(number, content.copy()));
        disk.created = created;
        disk.forgetful = forgetful;
        return disk;
    }

    private static byte[] survivor(Content content, int fate, Random random) {
        return switch (fate) {
            case 0 -> content.now.clone(); // all of it made it
            case 1 -> content.forced.clone(); // nothing did
            default -> mixture(content, fate == 2 ? 0.5 : 0.05, random);
        };
    }

    private static byte[] mixture(Content content, double lost, Random random) {
        byte[] bytes = content.now.clone();
        for (int from = 0; from < bytes.length; from += SECTOR) {
            int to = Math.min(bytes.length, from + SECTOR);
            if (random.nextDouble() >= lost) continue;
            for (int i = from; i < to; i++) bytes[i] = i < content.forced.length ? content.forced[i] : 0;
        }
        return bytes;
    }

    synchronized void flip(String name, int offset, int mask) {
        content(name).now[offset] ^= (byte) mask;
    }

    synchronized void shorten(String name, int bytes) {
        Content content = content(name);
        content.now = Arrays.copyOf(content.now, bytes);
    }

    synchronized byte[] bytes(String name) {
        return content(name).now.clone();
    }

    private Content content(String name) {
        Integer number = names.get(name);
        if (number == null) throw new IllegalArgumentException(name);
        return Objects.requireNonNull(contents.get(number));
    }

    private void change() throws IOException {
        if (operationsLeft <= 0) throw new IOException("the power is off");
        operationsLeft--;
        operations++;
    }

    private void changeName(NameChange change) throws IOException {
        change();
        change.apply(names);
        unforced.add(change);
    }

    @Override
    public synchronized List<String> list() {
        return List.copyOf(names.keySet());
    }

    @Override
    public synchronized File create(String name) throws IOException {
        int number = created++;
        contents.put(number, new Content());
        changeName(files -> files.put(name, number));
        return new MemoryFile(content(name));
    }

    /** From now on this is run whenever a file is to be opened, by who opens it. */
    void beforeOpen(Runnable hook) {
        beforeOpen = hook;
    }

    @Override
    public File open(String name) throws IOException {
        beforeOpen.run();
        return opened(name);
    }

    private synchronized File opened(String name) throws IOException {
        if (!names.containsKey(name)) throw new FileNotFoundException(name);
        return new MemoryFile(content(name));
    }

    @Override
    public synchronized void rename(String from, String to) throws IOException {
        if (!names.containsKey(from)) throw new FileNotFoundException(from);
        changeName(files -> {
            Integer number = files.remove(from);
            if (number != null) files.put(to, number);
        });
    }

    @Override
    public synchronized void delete(String name) throws IOException {
        if (!names.containsKey(name)) throw new FileNotFoundException(name);
        changeName(files -> files.remove(name));
    }

    @Override
    public synchronized void forceDirectory() throws IOException {
        change();
        unforced.clear();
        forcedNames.clear();
        forcedNames.putAll(names);
    }

    @Override
    public String path(String name) {
        return "/log/" + name;
    }

    private final class MemoryFile implements File {

        private final Content content;

        private MemoryFile(Content content) {
            this.content = content;
        }

        @Override
        public long size() {
            synchronized (FaultyDisk.this) {
                return content.now.length;
            }
        }

        @Override
        public void read(ByteBuffer into, long position) {
            synchronized (FaultyDisk.this) {
                int length = Math.min(into.remaining(), content.now.length - (int) position);
                if (length > 0) into.put(content.now, (int) position, length);
            }
        }

        @Override
        public void write(ByteBuffer from, long position) throws IOException {
            synchronized (FaultyDisk.this) {
                change();
                int end = (int) position + from.remaining();
                if (full && end > content.now.length) throw new IOException("No space left on device");
                if (end > content.now.length) content.now = Arrays.copyOf(content.now, end);
                from.get(content.now, (int) position, from.remaining());
            }
        }

        @Override
        public void force() throws IOException {
            synchronized (FaultyDisk.this) {
                change();
                if (failNextForce) {
                    failNextForce = false;
                    throw new IOException("the disk reported an error");
                }
                if (!forgetful) content.forced = content.now.clone();
            }
        }

        @Override
        public void close() {}
    }
}

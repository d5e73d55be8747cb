package io.lynse.engine.log;

import io.lynse.engine.directory.AtomicFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;

/** The real disk. */
record DirectoryDisk(Path directory) implements LogDisk {

    /** Makes the directory when missing, durably. */
    static DirectoryDisk at(Path given) throws IOException {
        AtomicFile.makeDirectory(given);
        return new DirectoryDisk(given.toAbsolutePath());
    }

    @Override
    public List<String> list() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }

    @Override
    public File create(String name) throws IOException {
        return new ChannelFile(FileChannel.open(
                directory.resolve(name),
                StandardOpenOption.CREATE,
                StandardOpenOption.TRUNCATE_EXISTING,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE));
    }

    @Override
    public File open(String name) throws IOException {
        return new ChannelFile(FileChannel.open(directory.resolve(name), StandardOpenOption.READ, StandardOpenOption.WRITE));
    }

    @Override
    public void rename(String from, String to) throws IOException {
        Files.move(directory.resolve(from), directory.resolve(to), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    @Override
    public void delete(String name) throws IOException {
        Files.delete(directory.resolve(name));
    }

    @Override
    public void forceDirectory() throws IOException {
        AtomicFile.forceDirectory(directory);
    }

    @Override
    public String path(String name) {
        return directory.resolve(name).toString();
    }

    private record ChannelFile(FileChannel channel) implements File {

        @Override
        public long size() throws IOException {
            return channel.size();
        }

        @Override
        public void read(ByteBuffer into, long position) throws IOException {
            while (into.hasRemaining()) {
                int read = channel.read(into, position);
                if (read < 0) return;
                position += read;
            }
        }

        @Override
        public void write(ByteBuffer from, long position) throws IOException {
            while (from.hasRemaining()) position += channel.write(from, position);
        }

        @Override
        public void force() throws IOException {
            channel.force(false); // fdatasync: writes the length when it changed, and spares the time stamps otherwise
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }
}

package io.lynse.engine.disk;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.TRUNCATE_EXISTING;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.AccessMode;
import java.nio.file.CopyOption;
import java.nio.file.DirectoryStream;
import java.nio.file.FileStore;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileAttributeView;
import java.nio.file.spi.FileSystemProvider;
import java.util.Iterator;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Where the changes pass through. Reading is passed on as it is. */
final class WatchedProvider extends FileSystemProvider {

    private final WatchedFiles files;
    private final DiskWatcher watcher;
    private final Set<WatchedChannel> open = ConcurrentHashMap.newKeySet();

    WatchedProvider(WatchedFiles files, DiskWatcher watcher) {
        this.files = files;
        this.watcher = watcher;
    }

    /** A change that is made by a call. */
    interface Call {
        void run() throws IOException;
    }

    void make(Change change, Call call) throws IOException {
        if (watcher.before(change)) call.run();
        watcher.after(change);
    }

    private FileSystemProvider real() {
        return files.real.provider();
    }

    private static Path real(Path path) {
        return WatchedPath.real(path);
    }

    @Override
    public FileChannel newFileChannel(Path path, Set<? extends OpenOption> options, FileAttribute<?>... attributes) throws IOException {
        Path real = real(path);
        if (Files.isDirectory(real)) return opened(FileChannel.open(real, options, attributes), real, true);
        boolean exists = Files.exists(real);
        boolean creates = options.contains(CREATE_NEW) || options.contains(CREATE) && !exists;
        if (creates && !exists) make(new Change.Create(real), () -> {});
        if (exists && options.contains(TRUNCATE_EXISTING) && options.contains(WRITE)) make(new Change.Truncate(real, 0), () -> {});
        return opened(FileChannel.open(real, options, attributes), real, false);
    }

    private WatchedChannel opened(FileChannel real, Path path, boolean directory) {
        var channel = new WatchedChannel(this, real, path, directory);
        open.add(channel);
        return channel;
    }

    void closed(WatchedChannel channel) {
        open.remove(channel);
    }

    @Override
    public SeekableByteChannel newByteChannel(Path path, Set<? extends OpenOption> options, FileAttribute<?>... attributes) throws IOException {
        return newFileChannel(path, options, attributes);
    }

    @Override
    public DirectoryStream<Path> newDirectoryStream(Path directory, DirectoryStream.Filter<? super Path> filter) throws IOException {
        DirectoryStream<Path> found = Files.newDirectoryStream(real(directory), path -> filter.accept(new WatchedPath(files, path)));
        return new DirectoryStream<>() {
            @Override
            public Iterator<Path> iterator() {
                Iterator<Path> paths = found.iterator();
                return new Iterator<>() {
                    @Override
                    public boolean hasNext() {
                        return paths.hasNext();
                    }

                    @Override
                    public Path next() {
                        return new WatchedPath(files, paths.next());
                    }
                };
            }

            @Override
            public void close() throws IOException {
                found.close();
            }
        };
    }

    @Override
    public void createDirectory(Path directory, FileAttribute<?>... attributes) throws IOException {
        Path real = real(directory);
        if (Files.exists(real)) Files.createDirectory(real, attributes); // fails, as it should
        make(new Change.MakeDirectory(real), () -> Files.createDirectory(real, attributes));
    }

    @Override
    public void delete(Path path) throws IOException {
        Path real = real(path);
        if (!Files.exists(real)) Files.delete(real);
        else if (Files.isDirectory(real)) make(new Change.DeleteDirectory(real), () -> Files.delete(real));
        else make(new Change.Delete(real), () -> Files.delete(real));
    }

    @Override
    public void copy(Path from, Path to, CopyOption... options) {
        throw new UnsupportedOperationException("the engine copies no files");
    }

    @Override
    public void move(Path from, Path to, CopyOption... options) throws IOException {
        make(new Change.Rename(real(from), real(to)), () -> {
            Files.move(real(from), real(to), options);
            open.forEach(channel -> channel.renamed(real(from), real(to)));
        });
    }

    @Override
    public boolean isSameFile(Path a, Path b) throws IOException {
        return Files.isSameFile(real(a), real(b));
    }

    @Override
    public boolean isHidden(Path path) throws IOException {
        return Files.isHidden(real(path));
    }

    @Override
    public FileStore getFileStore(Path path) throws IOException {
        return Files.getFileStore(real(path));
    }

    @Override
    public void checkAccess(Path path, AccessMode... modes) throws IOException {
        real().checkAccess(real(path), modes);
    }

    @Override
    public <V extends FileAttributeView> @Nullable V getFileAttributeView(Path path, Class<V> type, LinkOption... options) {
        return Files.getFileAttributeView(real(path), type, options);
    }

    @Override
    public <A extends BasicFileAttributes> A readAttributes(Path path, Class<A> type, LinkOption... options) throws IOException {
        return Files.readAttributes(real(path), type, options);
    }

    @Override
    public Map<String, Object> readAttributes(Path path, String attributes, LinkOption... options) throws IOException {
        return Files.readAttributes(real(path), attributes, options);
    }

    @Override
    public void setAttribute(Path path, String attribute, @Nullable Object value, LinkOption... options) throws IOException {
        Files.setAttribute(real(path), attribute, value, options);
    }

    @Override
    public String getScheme() {
        return "watched";
    }

    @Override
    public FileSystem newFileSystem(URI uri, Map<String, ?> environment) {
        throw new UnsupportedOperationException();
    }

    @Override
    public FileSystem getFileSystem(URI uri) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Path getPath(URI uri) {
        throw new UnsupportedOperationException();
    }
}

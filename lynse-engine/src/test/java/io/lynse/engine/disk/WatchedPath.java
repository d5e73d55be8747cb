package io.lynse.engine.disk;

import java.io.IOException;
import java.net.URI;
import java.nio.file.FileSystem;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.ProviderMismatchException;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import org.apache.lucene.util.Unwrappable;
import org.jspecify.annotations.Nullable;

/** A real path that leads to the watched file system. Lucene unwraps it where it maps a file, which changes nothing on disk. */
final class WatchedPath implements Path, Unwrappable<Path> {

    private final WatchedFiles files;
    private final Path real;

    WatchedPath(WatchedFiles files, Path real) {
        this.files = files;
        this.real = real;
    }

    static Path real(Path path) {
        if (path instanceof WatchedPath watched) return watched.real;
        throw new ProviderMismatchException(path + " is not watched");
    }

    @Override
    public Path unwrap() {
        return real;
    }

    private Path watched(Path path) {
        return new WatchedPath(files, path);
    }

    private @Nullable Path watchedOrNull(@Nullable Path path) {
        return path == null ? null : watched(path);
    }

    @Override
    public FileSystem getFileSystem() {
        return files;
    }

    @Override
    public boolean isAbsolute() {
        return real.isAbsolute();
    }

    @Override
    public @Nullable Path getRoot() {
        return watchedOrNull(real.getRoot());
    }

    @Override
    public @Nullable Path getFileName() {
        return watchedOrNull(real.getFileName());
    }

    @Override
    public @Nullable Path getParent() {
        return watchedOrNull(real.getParent());
    }

    @Override
    public int getNameCount() {
        return real.getNameCount();
    }

    @Override
    public Path getName(int index) {
        return watched(real.getName(index));
    }

    @Override
    public Path subpath(int begin, int end) {
        return watched(real.subpath(begin, end));
    }

    @Override
    public boolean startsWith(Path other) {
        return other instanceof WatchedPath that && real.startsWith(that.real);
    }

    @Override
    public boolean endsWith(Path other) {
        return other instanceof WatchedPath that && real.endsWith(that.real);
    }

    @Override
    public Path normalize() {
        return watched(real.normalize());
    }

    @Override
    public Path resolve(Path other) {
        return watched(real.resolve(real(other)));
    }

    @Override
    public Path relativize(Path other) {
        return watched(real.relativize(real(other)));
    }

    @Override
    public URI toUri() {
        return real.toUri();
    }

    @Override
    public Path toAbsolutePath() {
        return watched(real.toAbsolutePath());
    }

    @Override
    public Path toRealPath(LinkOption... options) throws IOException {
        return watched(real.toRealPath(options));
    }

    @Override
    public WatchKey register(WatchService watcher, WatchEvent.Kind<?>[] events, WatchEvent.Modifier... modifiers) {
        throw new UnsupportedOperationException();
    }

    @Override
    public int compareTo(Path other) {
        return real.compareTo(real(other));
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof WatchedPath that && files == that.files && real.equals(that.real);
    }

    @Override
    public int hashCode() {
        return real.hashCode();
    }

    @Override
    public String toString() {
        return real.toString();
    }
}

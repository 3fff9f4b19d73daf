package org.octroi.store;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.EventLoop;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.octroi.obligation.Shaping;
import org.octroi.obligation.Shapings;
import org.octroi.obligation.UnshapeableException;
import org.octroi.problem.Refusal;
import org.octroi.store.HandOver.NobodyReadsException;
import org.octroi.vocabulary.Format;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Gives files below the roots that the operator named, each answer on a virtual thread of its own.
 * Where a path leads after all its links are followed must lie below the root.
 */
@Component
final class FolderStore implements StoreConnector {

  private static final Logger log = LoggerFactory.getLogger(FolderStore.class);

  private static final int PIECE_BYTES = 64 * 1024;

  private final StoreProperties properties;

  FolderStore(StoreProperties properties) {
    this.properties = properties;
  }

  @Override
  public boolean speaks(StoreAddress address) {
    return address instanceof StoreAddress.Folder;
  }

  @Override
  public Fetching fetch(StoreCall call, EventLoop loop, Receiver receiver) {
    HandOver delivery = new HandOver(loop, receiver, properties.stallTimeout());
    delivery.begin("file-" + call.requestId(), () -> answer(call, delivery));
    return delivery;
  }

  private void answer(StoreCall call, HandOver delivery) {
    if (!call.query().isEmpty()) {
      String parameter = call.query().keySet().iterator().next();
      delivery.failed(
          new StoreFailure.Refused(Refusal.field(parameter, "a file takes no parameters")));
      return;
    }
    try {
      Path file = file(call.target());
      BasicFileAttributes attributes =
          Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
      if (!attributes.isRegularFile()) {
        delivery.failed(new StoreFailure.Unavailable("the file is no regular file"));
        return;
      }
      try (FileChannel channel =
          FileChannel.open(file, Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS))) {
        if (call.obligations().shapesContent()) {
          shaped(call, channel, delivery);
        } else {
          untouched(call, channel, attributes.lastModifiedTime().toInstant(), delivery);
        }
      }
    } catch (UnshapeableException e) {
      delivery.failed(new StoreFailure.Unshapeable(e.what()));
    } catch (OutsideRootException e) {
      delivery.failed(new StoreFailure.Unavailable(e.what()));
    } catch (NoSuchFileException e) {
      delivery.failed(new StoreFailure.Unavailable("the file is not there"));
    } catch (NobodyReadsException e) {
      if (e.stalled()) {
        delivery.failed(new StoreFailure.ReaderStalled());
      }
    } catch (IOException e) {
      log.warn("Store {} can't be read: {}", call.target().store(), e.toString());
      delivery.failed(new StoreFailure.Unavailable("the file can't be read"));
    }
  }

  private Path file(StoreTarget target) throws IOException, OutsideRootException {
    StoreAddress.Folder folder = (StoreAddress.Folder) target.address();
    Path root = properties.roots().get(folder.root());
    if (root == null) {
      throw new OutsideRootException("octroi.store.roots has no root named " + folder.root());
    }
    try {
      Path real = root.toRealPath();
      Path file = real.resolve(folder.path()).resolve(target.resource()).toRealPath();
      if (!file.startsWith(real)) {
        throw new OutsideRootException("the file lies outside of the root " + folder.root());
      }
      return file;
    } catch (InvalidPathException e) {
      throw new OutsideRootException("the file's name is not valid here");
    }
  }

  private static void shaped(StoreCall call, FileChannel channel, HandOver delivery)
      throws IOException, NobodyReadsException {
    Shaping shaping =
        Shapings.of(
            call.format(),
            call.obligations(),
            call.target().catalogue(),
            call.maskKey(),
            call.now());
    delivery.head(ShapedAnswer.of(mediaType(call.format())));
    if (call.head()) {
      delivery.end(0);
      return;
    }
    ByteBuf in = ByteBufAllocator.DEFAULT.buffer(PIECE_BYTES);
    try {
      while (!shaping.satisfied() && in.clear().writeBytes(channel, PIECE_BYTES) > 0) {
        ByteBuf out = ByteBufAllocator.DEFAULT.buffer(in.readableBytes());
        give(out, () -> shaping.feed(in, out), delivery);
      }
      ByteBuf out = ByteBufAllocator.DEFAULT.buffer(64);
      give(out, () -> shaping.end(out), delivery);
    } finally {
      in.release();
    }
    delivery.end(shaping.rows());
  }

  /** Fills a piece and hands it over; what could not be shaped to its end does not go out. */
  private static void give(ByteBuf out, Runnable filling, HandOver delivery)
      throws NobodyReadsException {
    boolean filled = false;
    try {
      filling.run();
      filled = out.isReadable();
    } finally {
      if (!filled) {
        out.release();
      }
    }
    if (filled) {
      delivery.body(out);
    }
  }

  private static void untouched(
      StoreCall call, FileChannel channel, Instant modified, HandOver delivery)
      throws IOException, NobodyReadsException {
    long size = channel.size();
    String tag =
        "\""
            + Long.toHexString(size)
            + '-'
            + Long.toHexString(modified.getEpochSecond())
            + '.'
            + Integer.toHexString(modified.getNano())
            + '"';
    FileConditions conditions = new FileConditions(tag, modified);
    if (conditions.notModified(call.headers())) {
      delivery.head(head(call, 304, OptionalLong.empty(), conditions, Map.of()));
      delivery.end(-1);
      return;
    }
    Optional<FileRange> range =
        call.head() || !conditions.rangeHolds(call.headers())
            ? Optional.empty()
            : FileRange.of(call.headers().get("range"), size);
    if (range.isPresent() && !range.get().satisfiable()) {
      Map<String, String> whole = Map.of("content-range", "bytes */" + size);
      delivery.head(head(call, 416, OptionalLong.of(0), conditions, whole));
      delivery.end(-1);
      return;
    }
    FileRange part = range.orElse(new FileRange(0, size - 1));
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put("accept-ranges", "bytes");
    if (range.isPresent()) {
      headers.put("content-range", "bytes " + part.from() + '-' + part.to() + '/' + size);
    }
    delivery.head(
        head(
            call,
            range.isPresent() ? 206 : 200,
            OptionalLong.of(part.length()),
            conditions,
            headers));
    if (!call.head()) {
      send(channel, part, delivery);
    }
    delivery.end(-1);
  }

  private static void send(FileChannel channel, FileRange part, HandOver delivery)
      throws IOException, NobodyReadsException {
    long position = part.from();
    while (position <= part.to()) {
      int wanted = (int) Math.min(PIECE_BYTES, part.to() - position + 1);
      ByteBuf piece = ByteBufAllocator.DEFAULT.buffer(wanted);
      boolean read = false;
      try {
        int count = piece.writeBytes(channel, position, wanted);
        if (count <= 0) {
          throw new IOException("the file became shorter while it was read");
        }
        position += count;
        read = true;
      } finally {
        if (!read) {
          piece.release();
        }
      }
      delivery.body(piece);
    }
  }

  private static StoreAnswer head(
      StoreCall call,
      int status,
      OptionalLong length,
      FileConditions conditions,
      Map<String, String> headers) {
    return new StoreAnswer(
        status,
        mediaType(call.format()),
        length,
        Optional.of(conditions.entityTag()),
        Optional.of(conditions.lastModified()),
        Map.copyOf(headers),
        false);
  }

  private static String mediaType(Format format) {
    return format.mediaType();
  }

  /** A path leads out of its root, or has none. */
  private static final class OutsideRootException extends Exception {
    private static final long serialVersionUID = 1L;
    private final String what;

    OutsideRootException(String what) {
      super(what);
      this.what = what;
    }

    String what() {
      return what;
    }
  }
}

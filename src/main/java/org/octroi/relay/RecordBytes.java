package org.octroi.relay;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.UUID;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;
import org.octroi.vocabulary.Sha256;

/**
 * A record, and all the records in it, as compressed bytes. Nothing but what the record's own
 * components declare can be made of bytes: records by their canonical constructors, which check
 * their ranges, and the plain values of {@link #PLAIN}. A record that occurs more than once, as an
 * offer does under a thousand agreements, is written once.
 *
 * <p>There are no names in it and no versions of single records: {@link #form} is the hash of all
 * names, types and their order, and two sides must have the same. A gate that guessed at what it
 * doesn't know could let out what a new obligation holds back.
 *
 * <p>Safe for use by many threads.
 */
public final class RecordBytes<T extends Record> {

  private static final int LONGEST = 1 << 26;

  /** A record of fewer components costs no more than a reference to it would. */
  private static final int SHARED_FROM = 3;

  /** How values of a type are written and read. */
  private interface Form {
    void write(Object value, Writing to) throws IOException;

    Object read(Reading from) throws IOException;
  }

  private interface Write<V> {
    void write(V value, DataOutputStream to) throws IOException;
  }

  private interface Read<V> {
    V read(DataInputStream from) throws IOException;
  }

  private record Plain<V>(Class<V> type, Write<V> write, Read<V> read) implements Form {
    @Override
    public void write(Object value, Writing to) throws IOException {
      write.write(type.cast(value), to.bytes);
    }

    @Override
    public Object read(Reading from) throws IOException {
      return read.read(from.bytes);
    }
  }

  private static final Map<Class<?>, Form> PLAIN =
      Map.ofEntries(
          Map.entry(
              boolean.class,
              new Plain<>(
                  Boolean.class, (v, to) -> to.writeBoolean(v), DataInputStream::readBoolean)),
          Map.entry(
              int.class,
              new Plain<>(Integer.class, (v, to) -> to.writeInt(v), DataInputStream::readInt)),
          Map.entry(
              long.class,
              new Plain<>(Long.class, (v, to) -> to.writeLong(v), DataInputStream::readLong)),
          Map.entry(
              double.class,
              new Plain<>(Double.class, (v, to) -> to.writeDouble(v), DataInputStream::readDouble)),
          Map.entry(String.class, new Plain<>(String.class, RecordBytes::text, RecordBytes::text)),
          Map.entry(
              byte[].class, new Plain<>(byte[].class, RecordBytes::octets, RecordBytes::octets)),
          Map.entry(
              UUID.class,
              new Plain<>(
                  UUID.class,
                  (v, to) -> {
                    to.writeLong(v.getMostSignificantBits());
                    to.writeLong(v.getLeastSignificantBits());
                  },
                  from -> new UUID(from.readLong(), from.readLong()))),
          Map.entry(
              Instant.class,
              new Plain<>(
                  Instant.class,
                  (v, to) -> {
                    to.writeLong(v.getEpochSecond());
                    to.writeInt(v.getNano());
                  },
                  from -> Instant.ofEpochSecond(from.readLong(), from.readInt()))),
          Map.entry(
              Duration.class,
              new Plain<>(
                  Duration.class,
                  (v, to) -> {
                    to.writeLong(v.getSeconds());
                    to.writeInt(v.getNano());
                  },
                  from -> Duration.ofSeconds(from.readLong(), from.readInt()))),
          Map.entry(
              ZoneId.class,
              new Plain<>(
                  ZoneId.class, (v, to) -> text(v.getId(), to), from -> ZoneId.of(text(from)))),
          Map.entry(
              OptionalLong.class,
              new Plain<>(
                  OptionalLong.class,
                  (v, to) -> {
                    to.writeBoolean(v.isPresent());
                    to.writeLong(v.orElse(0));
                  },
                  from -> {
                    boolean present = from.readBoolean();
                    long value = from.readLong();
                    return present ? OptionalLong.of(value) : OptionalLong.empty();
                  })),
          Map.entry(
              OptionalInt.class,
              new Plain<>(
                  OptionalInt.class,
                  (v, to) -> {
                    to.writeBoolean(v.isPresent());
                    to.writeInt(v.orElse(0));
                  },
                  from -> {
                    boolean present = from.readBoolean();
                    int value = from.readInt();
                    return present ? OptionalInt.of(value) : OptionalInt.empty();
                  })));

  private final Class<T> type;
  private final Map<Class<?>, Form> met = new HashMap<>();
  private final StringBuilder described = new StringBuilder();
  private final Form whole;
  private final String form;

  private RecordBytes(Class<T> type) {
    this.type = type;
    this.whole = of((Type) type);
    this.form = Sha256.hex(described.toString()).substring(0, 16);
  }

  /**
   * The bytes of a kind of record.
   *
   * @throws IllegalArgumentException when something in it is neither a record, a choice of records
   *     nor plain
   */
  public static <T extends Record> RecordBytes<T> of(Class<T> type) {
    return new RecordBytes<>(type);
  }

  /** What both sides must have in common: 16 hex digits of a hash over names and types. */
  public String form() {
    return form;
  }

  /** Writes one, and ends the compressed stream, but does not close what it goes to. */
  public void write(T value, OutputStream to, Secrets secrets) throws IOException {
    GZIPOutputStream compressed = new GZIPOutputStream(to, 1 << 14);
    DataOutputStream bytes = new DataOutputStream(compressed);
    whole.write(value, new Writing(bytes, secrets, new IdentityHashMap<>()));
    bytes.flush();
    compressed.finish();
  }

  /**
   * Reads one.
   *
   * @throws IOException when the bytes are none of such a record
   */
  public T read(InputStream from, Secrets secrets) throws IOException {
    try {
      DataInputStream bytes = new DataInputStream(new GZIPInputStream(from, 1 << 14));
      return type.cast(whole.read(new Reading(bytes, secrets, new ArrayList<>())));
    } catch (RuntimeException e) {
      // Whatever a value's own rules have against it: the bytes come from elsewhere.
      throw new IOException("These bytes are no " + type.getSimpleName(), e);
    }
  }

  /** What a write keeps in mind. */
  private record Writing(DataOutputStream bytes, Secrets secrets, Map<Object, Integer> written) {}

  /** What a read keeps in mind. */
  private record Reading(DataInputStream bytes, Secrets secrets, List<Object> read) {}

  private Form of(Type type) {
    if (type instanceof ParameterizedType given && given.getRawType() instanceof Class<?> raw) {
      described.append(raw.getSimpleName()).append('<');
      List<Form> of = Arrays.stream(given.getActualTypeArguments()).map(this::of).toList();
      described.append('>');
      return container(raw, of);
    }
    if (!(type instanceof Class<?> one)) {
      throw new IllegalArgumentException(type + " can't be made into bytes");
    }
    described.append(one.getName()).append(' ');
    Form plain = PLAIN.get(one);
    Form known = plain == null ? met.get(one) : plain;
    if (known != null) {
      return known;
    }
    if (one.isEnum()) {
      Object[] words = one.getEnumConstants();
      described.append(Arrays.toString(words));
      return keep(one, new Choice(List.of(words)));
    }
    if (one.isRecord()) {
      RecordForm record = new RecordForm(one);
      met.put(one, record);
      record.complete();
      return record;
    }
    if (one.isSealed()) {
      OneOf oneOf = new OneOf(new ArrayList<>(), new ArrayList<>());
      met.put(one, oneOf);
      described.append('(');
      for (Class<?> permitted : one.getPermittedSubclasses()) {
        oneOf.types.add(permitted);
        oneOf.forms.add(of(permitted));
      }
      described.append(')');
      return oneOf;
    }
    throw new IllegalArgumentException(one + " can't be made into bytes");
  }

  private Form keep(Class<?> type, Form form) {
    met.put(type, form);
    return form;
  }

  private static Form container(Class<?> raw, List<Form> of) {
    if (raw == Optional.class) {
      return new Absent(of.getFirst());
    }
    if (raw == Map.class) {
      return new Table(of.getFirst(), of.getLast());
    }
    if (raw == List.class || raw == Set.class || raw == SortedSet.class) {
      return new Many(raw, of.getFirst());
    }
    throw new IllegalArgumentException(raw + " can't be made into bytes");
  }

  private record Choice(List<Object> words) implements Form {
    @Override
    public void write(Object value, Writing to) throws IOException {
      to.bytes.writeShort(words.indexOf(value));
    }

    @Override
    public Object read(Reading from) throws IOException {
      return words.get(from.bytes.readShort());
    }
  }

  private record OneOf(List<Class<?>> types, List<Form> forms) implements Form {
    @Override
    public void write(Object value, Writing to) throws IOException {
      for (int i = 0; i < types.size(); i++) {
        if (types.get(i).isInstance(value)) {
          to.bytes.writeByte(i);
          forms.get(i).write(value, to);
          return;
        }
      }
      throw new IllegalArgumentException(value.getClass() + " is none of " + types);
    }

    @Override
    public Object read(Reading from) throws IOException {
      return forms.get(from.bytes.readByte()).read(from);
    }
  }

  private record Absent(Form of) implements Form {
    @Override
    public void write(Object value, Writing to) throws IOException {
      Optional<?> optional = (Optional<?>) value;
      to.bytes.writeBoolean(optional.isPresent());
      if (optional.isPresent()) {
        of.write(optional.get(), to);
      }
    }

    @Override
    public Object read(Reading from) throws IOException {
      return from.bytes.readBoolean() ? Optional.of(of.read(from)) : Optional.empty();
    }
  }

  private record Many(Class<?> raw, Form of) implements Form {
    @Override
    public void write(Object value, Writing to) throws IOException {
      Collection<?> all = (Collection<?>) value;
      to.bytes.writeInt(all.size());
      for (Object one : all) {
        of.write(one, to);
      }
    }

    @Override
    public Object read(Reading from) throws IOException {
      int size = from.bytes.readInt();
      List<Object> all = new ArrayList<>();
      for (int i = 0; i < size; i++) {
        all.add(of.read(from));
      }
      if (raw == List.class) {
        return List.copyOf(all);
      }
      return raw == SortedSet.class
          ? Collections.unmodifiableSortedSet(new TreeSet<>(all))
          : Collections.unmodifiableSet(new LinkedHashSet<>(all));
    }
  }

  private record Table(Form key, Form value) implements Form {
    @Override
    public void write(Object written, Writing to) throws IOException {
      Map<?, ?> table = (Map<?, ?>) written;
      to.bytes.writeInt(table.size());
      for (Map.Entry<?, ?> entry : table.entrySet()) {
        key.write(entry.getKey(), to);
        value.write(entry.getValue(), to);
      }
    }

    @Override
    public Object read(Reading from) throws IOException {
      int size = from.bytes.readInt();
      Map<Object, Object> table = new LinkedHashMap<>();
      for (int i = 0; i < size; i++) {
        table.put(key.read(from), value.read(from));
      }
      return Collections.unmodifiableMap(table);
    }
  }

  private final class RecordForm implements Form {

    private final RecordComponent[] components;
    private final Constructor<?> constructor;
    private final Form[] forms;
    private final String[] uses;

    RecordForm(Class<?> type) {
      this.components = type.getRecordComponents();
      this.forms = new Form[components.length];
      this.uses = new String[components.length];
      try {
        this.constructor =
            type.getDeclaredConstructor(
                Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new));
      } catch (NoSuchMethodException e) {
        throw new IllegalArgumentException(type + " has no canonical constructor", e);
      }
    }

    private void complete() {
      described.append('{');
      for (int i = 0; i < components.length; i++) {
        described.append(components[i].getName()).append(':');
        forms[i] = of(components[i].getGenericType());
        uses[i] = Secrets.useOf(constructor.getDeclaringClass(), components[i]);
      }
      described.append('}');
    }

    @Override
    public void write(Object value, Writing to) throws IOException {
      if (components.length >= SHARED_FROM) {
        @Nullable Integer before = to.written.get(value);
        to.bytes.writeInt(before == null ? -1 : before);
        if (before != null) {
          return;
        }
      }
      for (int i = 0; i < components.length; i++) {
        Object part = part(value, components[i]);
        forms[i].write(uses[i].isEmpty() ? part : to.secrets.written(uses[i], (String) part), to);
      }
      if (components.length >= SHARED_FROM) {
        to.written.put(value, to.written.size());
      }
    }

    @Override
    public Object read(Reading from) throws IOException {
      if (components.length >= SHARED_FROM) {
        int before = from.bytes.readInt();
        if (before >= 0) {
          return from.read.get(before);
        }
      }
      Object[] parts = new Object[components.length];
      for (int i = 0; i < parts.length; i++) {
        parts[i] = forms[i].read(from);
        if (!uses[i].isEmpty()) {
          parts[i] = from.secrets.read(uses[i], (String) parts[i]);
        }
      }
      Object made = made(parts);
      if (components.length >= SHARED_FROM) {
        from.read.add(made);
      }
      return made;
    }

    private Object made(Object[] parts) throws IOException {
      try {
        return constructor.newInstance(parts);
      } catch (InvocationTargetException e) {
        throw new IOException("No such " + constructor.getDeclaringClass().getName(), e.getCause());
      } catch (ReflectiveOperationException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  private static Object part(Object value, RecordComponent component) {
    try {
      return component.getAccessor().invoke(value);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("A record does not tell its " + component.getName(), e);
    }
  }

  private static void text(String text, DataOutputStream to) throws IOException {
    octets(text.getBytes(StandardCharsets.UTF_8), to);
  }

  private static String text(DataInputStream from) throws IOException {
    return new String(octets(from), StandardCharsets.UTF_8);
  }

  private static void octets(byte[] octets, DataOutputStream to) throws IOException {
    to.writeInt(octets.length);
    to.write(octets);
  }

  private static byte[] octets(DataInputStream from) throws IOException {
    int length = from.readInt();
    if (length < 0 || length > LONGEST) {
      throw new IOException("A text of " + length + " bytes is too long");
    }
    byte[] octets = from.readNBytes(length);
    if (octets.length < length) {
      throw new EOFException("The bytes end in the middle of a text");
    }
    return octets;
  }
}

package org.octroi.desk;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.media.JsonSchema;
import io.swagger.v3.oas.models.media.Schema;
import java.lang.reflect.RecordComponent;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springdoc.core.customizers.OpenApiCustomizer;

/**
 * Says of the shapes in the API's description what the code says of their records: which members
 * may be null, which are always there in an answer, that a body with others is refused, and
 * patterns as other languages read them.
 */
final class DescribedShapes implements OpenApiCustomizer {

  private static final String REFERENCE = "#/components/schemas/";
  private static final String NULL = "null";

  private final SchemaNames names;

  DescribedShapes(SchemaNames names) {
    this.names = names;
  }

  @Override
  public void customise(OpenAPI description) {
    Map<String, Schema> shapes = description.getComponents().getSchemas();
    Set<String> asked = asked(description, shapes);
    shapes.forEach(
        (name, shape) -> {
          names
              .named(name)
              .filter(Class::isRecord)
              .ifPresent(record -> describe(shape, record, asked.contains(name)));
          within(shape).forEach(DescribedShapes::translatePattern);
        });
  }

  /** The shapes that bodies of requests are made of. */
  private static Set<String> asked(OpenAPI description, Map<String, Schema> shapes) {
    Deque<Schema<?>> open = new ArrayDeque<>();
    description.getPaths().values().stream()
        .flatMap(path -> path.readOperations().stream())
        .flatMap(operation -> Stream.ofNullable(operation.getRequestBody()))
        .flatMap(body -> body.getContent().values().stream())
        .forEach(content -> open.add(content.getSchema()));
    Set<String> asked = new HashSet<>();
    while (!open.isEmpty()) {
      within(open.remove())
          .flatMap(part -> Stream.ofNullable(part.get$ref()))
          .map(reference -> reference.substring(REFERENCE.length()))
          .filter(asked::add)
          .flatMap(name -> Stream.ofNullable(shapes.get(name)))
          .forEach(open::add);
    }
    return asked;
  }

  private static void describe(Schema<?> shape, Class<?> record, boolean asked) {
    within(shape)
        .filter(part -> part.getProperties() != null)
        .forEach(
            part -> {
              for (RecordComponent component : record.getRecordComponents()) {
                describe(part, component, asked);
              }
            });
    if (asked && shape.getAllOf() == null) {
      shape.setAdditionalProperties(false);
    }
  }

  private static void describe(Schema<?> shape, RecordComponent component, boolean asked) {
    String name = name(component);
    Schema<?> member = shape.getProperties().get(name);
    if (member == null) {
      return;
    }
    if (mayBeNull(component)) {
      shape.getProperties().put(name, orNull(member));
    } else if (!asked && alwaysWritten(component) && !isRequired(shape, name)) {
      shape.addRequiredItem(name);
    }
  }

  private static boolean isRequired(Schema<?> shape, String name) {
    return shape.getRequired() != null && shape.getRequired().contains(name);
  }

  private static String name(RecordComponent component) {
    JsonProperty named = component.getAccessor().getAnnotation(JsonProperty.class);
    return named == null || named.value().isEmpty() ? component.getName() : named.value();
  }

  private static boolean mayBeNull(RecordComponent component) {
    return component.getAnnotatedType().isAnnotationPresent(Nullable.class)
        || component.getType() == Optional.class
        || component.getType() == OptionalLong.class;
  }

  private static boolean alwaysWritten(RecordComponent component) {
    return Stream.of(component.getAccessor(), component.getDeclaringRecord())
        .map(place -> place.getAnnotation(JsonInclude.class))
        .filter(Objects::nonNull)
        .allMatch(
            include ->
                include.value() == JsonInclude.Include.ALWAYS
                    || include.value() == JsonInclude.Include.NON_NULL);
  }

  private static Schema<?> orNull(Schema<?> member) {
    if (member.getTypes() == null) {
      return isAnything(member)
          ? member
          : new JsonSchema().anyOf(List.of(member, new JsonSchema().types(Set.of(NULL))));
    }
    member.addType(NULL);
    return member;
  }

  private static boolean isAnything(Schema<?> member) {
    return member.get$ref() == null
        && member.getAnyOf() == null
        && member.getOneOf() == null
        && member.getAllOf() == null;
  }

  /** A schema and all that it is made of in place. */
  private static Stream<Schema<?>> within(Schema<?> shape) {
    Stream.Builder<Schema<?>> parts = Stream.builder();
    add(parts, shape);
    return parts.build();
  }

  private static void add(Stream.Builder<Schema<?>> parts, @Nullable Schema<?> shape) {
    if (shape == null) {
      return;
    }
    parts.add(shape);
    add(parts, shape.getItems());
    if (shape.getProperties() != null) {
      shape.getProperties().values().forEach(member -> add(parts, member));
    }
    if (shape.getAdditionalProperties() instanceof Schema<?> value) {
      add(parts, value);
    }
    Stream.of(shape.getAllOf(), shape.getAnyOf(), shape.getOneOf())
        .filter(Objects::nonNull)
        .flatMap(List::stream)
        .forEach(choice -> add(parts, choice));
  }

  /**
   * Java's patterns are held against the whole text, those of JSON Schema are looked for in it and
   * are ECMAScript's, which has neither possessive quantifiers nor POSIX classes, and more blanks.
   */
  private static void translatePattern(Schema<?> text) {
    if (text.getPattern() != null) {
      text.setPattern(
          "^(?:"
              + text.getPattern()
                  .replaceAll("([*+?}])\\+", "$1")
                  .replace("\\p{Cntrl}", "\\u0000-\\u001F\\u007F")
                  .replace("\\s", " \\t\\n\\u000B\\f\\r")
              + ")$");
    }
  }
}

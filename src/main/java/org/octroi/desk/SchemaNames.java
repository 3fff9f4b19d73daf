package org.octroi.desk;

import com.fasterxml.jackson.databind.JavaType;
import io.swagger.v3.core.jackson.TypeNameResolver;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Names the shapes of the API's description, each class once: a class of its own by its name, one
 * inside another by both, {@code Registration} in {@code PeopleApi} as {@code PeopleRegistration}.
 * By their simple names alone, one room's registration would be described as another's. Safe for
 * use by many threads.
 */
final class SchemaNames extends TypeNameResolver {

  private static final String API = "Api";

  private final Map<String, Class<?>> classes = new ConcurrentHashMap<>();

  /** The class that goes by this name in the description. */
  Optional<Class<?>> named(String name) {
    return Optional.ofNullable(classes.get(name));
  }

  @Override
  public String nameForType(JavaType type, Set<Options> options) {
    String name = super.nameForType(type, options);
    keep(name, type.getRawClass());
    return name;
  }

  @Override
  protected String getNameOfClass(Class<?> of) {
    Class<?> around = of.getEnclosingClass();
    if (around == null) {
      return of.getSimpleName();
    }
    String stem = around.getSimpleName();
    if (stem.endsWith(API)) {
      stem = stem.substring(0, stem.length() - API.length());
    }
    return of.getSimpleName().startsWith(stem) ? of.getSimpleName() : stem + of.getSimpleName();
  }

  private void keep(String name, Class<?> of) {
    Class<?> before = classes.putIfAbsent(name, of);
    if (before != null && before != of && ours(of) && ours(before)) {
      throw new IllegalStateException(
          before + " and " + of + " would both be " + name + " in the API's description");
    }
  }

  private static boolean ours(Class<?> of) {
    return of.getName().startsWith("org.octroi.");
  }
}

package org.octroi.testing;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.annotation.Bean;

/**
 * The SQL statements that a call makes, as they are prepared, in its own thread: what others do
 * meanwhile is not among them. A list that asks once more for each of its items shows here.
 */
public final class Statements {

  private static final ThreadLocal<@Nullable List<String>> HEARD = new ThreadLocal<>();

  private Statements() {}

  /** Imported into a test's context: its data source is listened to. */
  @TestConfiguration(proxyBeanMethods = false)
  public static class Heard {
    @Bean
    static BeanPostProcessor statementListener() {
      return new BeanPostProcessor() {
        @Override
        public Object postProcessAfterInitialization(Object bean, String name) {
          return bean instanceof DataSource source ? listenedTo(source) : bean;
        }
      };
    }
  }

  /** The statements of a call, in their order. */
  public static List<String> of(Callable<?> call) throws Exception {
    List<String> heard = new ArrayList<>();
    HEARD.set(heard);
    try {
      call.call();
    } finally {
      HEARD.remove();
    }
    return heard;
  }

  /** The same source, whose connections tell what they prepare. */
  public static DataSource listenedTo(DataSource source) {
    return proxy(
        DataSource.class,
        (proxy, method, arguments) -> {
          Object answer = invoke(method, source, arguments);
          return answer instanceof Connection connection ? listenedTo(connection) : answer;
        });
  }

  private static Connection listenedTo(Connection connection) {
    return proxy(
        Connection.class,
        (proxy, method, arguments) -> {
          List<String> heard = HEARD.get();
          if (method.getName().startsWith("prepare") && heard != null) {
            heard.add((String) arguments[0]);
          }
          return invoke(method, connection, arguments);
        });
  }

  private static @Nullable Object invoke(Method method, Object on, Object[] arguments)
      throws Throwable {
    try {
      return method.invoke(on, arguments);
    } catch (InvocationTargetException e) {
      throw e.getTargetException();
    }
  }

  private static <T> T proxy(Class<T> type, InvocationHandler handler) {
    return type.cast(
        Proxy.newProxyInstance(Statements.class.getClassLoader(), new Class<?>[] {type}, handler));
  }
}

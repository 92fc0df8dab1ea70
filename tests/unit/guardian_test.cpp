// SPDX-License-Identifier: MIT
#include "process/guardian.hpp"

#include "process/stop_signal.hpp"

#include "life_line.hpp"

#include "parallax/text.hpp"

#include <gtest/gtest.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include <cerrno>
#include <csignal>
#include <cstdarg>
#include <fstream>
#include <functional>
#include <iterator>
#include <optional>
#include <system_error>

namespace {

/// Called in the worker before it asks for a signal at the guardian's end.
std::function<void()> before_prctl; // NOLINT(cert-err58-cpp): it does not throw

} // namespace

// The C library's, seen from what is linked into this program.
extern "C" int prctl(int option, ...) {
    if (before_prctl) {
        before_prctl();
    }
    va_list arguments;
    va_start(arguments, option);
    const auto argument = va_arg(arguments, unsigned long);
    va_end(arguments);
    return static_cast<int>(::syscall(SYS_prctl, option, argument, 0, 0, 0));
}

namespace parallax::demo {
namespace {

using test::LifeLine;

/// The exit status of @p work in another process.
template <typename Work>
int in_another_process(Work work) {
    const pid_t pid = ::fork();
    if (pid == 0) {
        ::_exit(work());
    }
    int status = 0;
    ::waitpid(pid, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

TEST(Guardian, PassesTheWorkersStatusOnAndUndoes) {
    EXPECT_EQ(in_another_process([] {
                  bool undone = false;
                  const auto status = guard([&] { undone = true; });
                  return status ? *status + (undone ? 10 : 0) : 3;
              }),
              13);
}

TEST(Guardian, UndoesAfterAWorkerThatIsKilled) {
    EXPECT_EQ(in_another_process([] {
                  bool undone = false;
                  const auto status = guard([&] { undone = true; });
                  if (!status) {
                      ::kill(::getpid(), SIGKILL);
                  }
                  return *status + (undone ? 10 : 0);
              }),
              14);
}

TEST(Guardian, UndoesAfterAQuitFromTheTerminal) {
    EXPECT_EQ(in_another_process([] {
                  ::setpgid(0, 0); // what a terminal sends goes to the whole group
                  bool undone = false;
                  const auto status = guard([&] { undone = true; });
                  if (!status) {
                      const rlimit no_dump{};
                      ::setrlimit(RLIMIT_CORE, &no_dump);
                      ::kill(0, SIGQUIT);
                      ::pause();
                  }
                  return *status + (undone ? 10 : 0);
              }),
              14);
}

/// Waits until a child of that process is stopped.
void wait_for_stopped_child(pid_t pid) {
    for (;;) {
        pid_t child = 0;
        std::ifstream(text::format("/proc/{0}/task/{0}/children", pid)) >> child;
        std::ifstream stat(text::format("/proc/{}/stat", child));
        const std::string text{std::istreambuf_iterator<char>(stat), {}};
        if (text.contains(") T ")) {
            return;
        }
        ::usleep(1000);
    }
}

TEST(Guardian, EndsAWorkerThatIsStoppedWhenItIsAskedToStop) {
    const pid_t pid = ::fork();
    if (pid == 0) {
        const auto status = guard([] {});
        if (!status) {
            const StopSignal stop;
            ::raise(SIGSTOP);
            pollfd waiting{.fd = stop.fd(), .events = POLLIN, .revents = 0};
            ::poll(&waiting, 1, -1);
            ::_exit(5);
        }
        ::_exit(*status);
    }
    wait_for_stopped_child(pid);
    ::kill(pid, SIGTERM);
    int status = 0;
    ASSERT_EQ(::waitpid(pid, &status, 0), pid);
    EXPECT_EQ(WEXITSTATUS(status), 5);
}

TEST(Guardian, ThatCannotWatchItsWorkerEndsItAndUndoes) {
    LifeLine worker;
    EXPECT_EQ(in_another_process([] {
                  rlimit limit{};
                  ::getrlimit(RLIMIT_NOFILE, &limit);
                  // One more file can be opened: the guardian's stop signal.
                  limit.rlim_cur = static_cast<rlim_t>(UniqueFd(::dup(STDIN_FILENO)).get()) + 1;
                  ::setrlimit(RLIMIT_NOFILE, &limit);
                  bool undone = false;
                  try {
                      if (!guard([&] { undone = true; })) {
                          ::pause();
                      }
                  } catch (const std::system_error& error) {
                      return error.code().value() == EMFILE && undone ? 7 : 8;
                  }
                  return 9;
              }),
              7);
    EXPECT_TRUE(worker.ends());
}

TEST(Guardian, WorkerIsAskedToStopWhereTheGuardianWasGoneBeforeItsSignal) {
    LifeLine worker;
    const int status = in_another_process([&] {
        before_prctl = [] {
            const pid_t guardian = ::getppid();
            ::kill(guardian, SIGKILL);
            while (::getppid() == guardian) {
                ::usleep(1000);
            }
        };
        if (!guard([] {})) {
            const StopSignal stop;
            pollfd waiting{.fd = stop.fd(), .events = POLLIN, .revents = 0};
            ::poll(&waiting, 1, -1);
        }
        return 0;
    });
    EXPECT_EQ(status, -SIGKILL);
    EXPECT_TRUE(worker.ends());
}

} // namespace
} // namespace parallax::demo

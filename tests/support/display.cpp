// SPDX-License-Identifier: MIT
#include "support/display.hpp"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <fstream>
#include <functional>
#include <iterator>
#include <memory>
#include <stdexcept>
#include <system_error>
#include <thread>

extern char** environ;

namespace parallax::test {
namespace {

std::vector<char*> pointers(std::vector<std::string>& strings) {
    std::vector<char*> result;
    for (std::string& string : strings) {
        result.push_back(string.data());
    }
    result.push_back(nullptr);
    return result;
}

std::string name_of(const std::string& variable) {
    return variable.substr(0, variable.find('=') + 1);
}

/// This process's environment, changed.
std::vector<std::string> environment_with(const std::vector<std::string>& changes) {
    std::vector<std::string> all = changes;
    for (char** entry = environ; *entry != nullptr; ++entry) {
        const std::string name = name_of(*entry);
        if (std::ranges::none_of(changes, [&](const auto& c) { return name_of(c) == name; })) {
            all.emplace_back(*entry);
        }
    }
    return all;
}

std::string read(const std::filesystem::path& file) {
    std::ifstream stream(file);
    return {std::istreambuf_iterator<char>(stream), {}};
}

/// The first complete line that is a number: a server prints messages before it if its first choice
/// is taken.
std::string line_of_digits(const std::string& text) {
    for (std::size_t start = 0, end = 0; (end = text.find('\n', start)) != std::string::npos;
         start = end + 1) {
        const std::string line = text.substr(start, end - start);
        if (!line.empty() && line.find_first_not_of("0123456789") == std::string::npos) {
            return line;
        }
    }
    return {};
}

/// @return true if the condition became true before the server ended or the time was over.
bool wait_until(Process& server, const std::function<bool()>& condition) {
    for (int i = 0; i < 600; ++i) {
        if (condition()) {
            return true;
        }
        if (!server.running()) {
            return false;
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(100));
    }
    return false;
}

} // namespace

Process::Process(const std::vector<std::string>& command,
                 const std::vector<std::string>& environment, const std::filesystem::path& output) {
    std::vector<std::string> arguments = command;
    std::vector<std::string> variables = environment_with(environment);
    posix_spawn_file_actions_t actions{};
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, output.c_str(),
                                     O_WRONLY | O_CREAT | O_TRUNC, 0644);
    posix_spawn_file_actions_adddup2(&actions, STDOUT_FILENO, STDERR_FILENO);
    const int error = posix_spawnp(&id_, arguments.front().c_str(), &actions, nullptr,
                                   pointers(arguments).data(), pointers(variables).data());
    posix_spawn_file_actions_destroy(&actions);
    if (error != 0) {
        throw std::system_error(error, std::generic_category(), "cannot start " + command.front());
    }
}

Process::~Process() {
    if (running()) {
        ::kill(id_, SIGTERM);
        wait();
    }
}

bool Process::running() {
    if (status_ < 0) {
        int status = 0;
        if (::waitpid(id_, &status, WNOHANG) == id_) {
            status_ = status;
        }
    }
    return status_ < 0;
}

int Process::wait() {
    while (status_ < 0) {
        int status = 0;
        if (::waitpid(id_, &status, 0) == id_) {
            status_ = status;
        } else if (errno != EINTR) {
            throw std::system_error(errno, std::generic_category(), "waitpid");
        }
    }
    return WIFEXITED(status_) ? WEXITSTATUS(status_) : 128 + WTERMSIG(status_);
}

Display::Display(WindowSystem kind, const std::filesystem::path& folder) {
    const std::string x11 = start_xvfb(folder / "xvfb.log");
    if (kind == WindowSystem::x11) {
        environment_ = {x11, "WAYLAND_DISPLAY=", "XDG_SESSION_TYPE=x11"};
    } else {
        start_weston(folder, x11);
        environment_ = {"XDG_RUNTIME_DIR=" + folder.string(), "WAYLAND_DISPLAY=parallax",
                        "DISPLAY=", "XDG_SESSION_TYPE=wayland"};
    }
}

/// @return the environment variable that names the server.
std::string Display::start_xvfb(const std::filesystem::path& log) {
    std::filesystem::create_directories("/tmp/.X11-unix");
    // The server chooses a free number and prints it to the descriptor, which is its stdout.
    servers_.push_back(std::make_unique<Process>(
        std::vector<std::string>{"Xvfb", "-displayfd", "1", "-screen", "0", "640x480x24",
                                 "-nolisten", "tcp", "-noreset", "-fbdir",
                                 log.parent_path().string()},
        std::vector<std::string>{}, log));
    std::string number;
    if (!wait_until(*servers_.back(), [&] {
            number = line_of_digits(read(log));
            return !number.empty();
        })) {
        throw std::runtime_error("Xvfb did not start: " + read(log));
    }
    return "DISPLAY=:" + number;
}

// On the X server, not on weston's headless backend. That has no seat, nor any option for one, and
// GLFW 3.4 asks the seat for its version without looking whether there is one, so glfwInit()
// crashes (https://github.com/glfw/glfw/issues/2517; 3.5.1 does not).
void Display::start_weston(const std::filesystem::path& folder, const std::string& x11) {
    const auto log = folder / "weston.log";
    std::filesystem::permissions(folder, std::filesystem::perms::owner_all);
    servers_.push_back(std::make_unique<Process>(
        std::vector<std::string>{"weston", "--backend=x11", "--renderer=pixman", "--shell=desktop",
                                 "--socket=parallax", "--no-config", "--width=600", "--height=440",
                                 "--idle-time=0", "--debug"},
        std::vector{"XDG_RUNTIME_DIR=" + folder.string(), x11}, log));
    if (!wait_until(*servers_.back(),
                    [&] { return std::filesystem::exists(folder / "parallax"); })) {
        throw std::runtime_error("weston did not start: " + read(log));
    }
}

Compositor::Compositor(const std::filesystem::path& folder, const Options& options) {
    const auto log = folder / "weston.log";
    std::filesystem::permissions(folder, std::filesystem::perms::owner_all);
    std::vector<std::string> command{"weston",
                                     "--backend=headless",
                                     options.renderer == Renderer::gl ? "--renderer=gl"
                                                                      : "--renderer=pixman",
                                     "--shell=kiosk",
                                     std::string("--socket=") + socket,
                                     "--no-config",
                                     "--width=" + std::to_string(options.width),
                                     "--height=" + std::to_string(options.height),
                                     "--scale=" + std::to_string(options.scale),
                                     "--idle-time=0"};
    if (options.anyone_may_take_screenshots) {
        command.emplace_back("--debug");
    }
    weston_ =
        std::make_unique<Process>(command, std::vector{"XDG_RUNTIME_DIR=" + folder.string()}, log);
    if (!wait_until(*weston_, [&] { return std::filesystem::exists(folder / socket); })) {
        throw std::runtime_error("weston did not start: " + read(log));
    }
}

} // namespace parallax::test

// SPDX-License-Identifier: MIT
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace parallax::test {

/// A child process, terminated with this object.
class Process {
public:
    /// @param environment "NAME=value", added to this process's own, which it overrides.
    /// @param output      file for both of its streams.
    Process(const std::vector<std::string>& command, const std::vector<std::string>& environment,
            const std::filesystem::path& output);
    ~Process();
    Process(const Process&) = delete;
    Process& operator=(const Process&) = delete;
    Process(Process&&) = delete;
    Process& operator=(Process&&) = delete;

    [[nodiscard]] pid_t id() const { return id_; }
    [[nodiscard]] bool running();
    /// Waits until it has exited. @return its exit status, or 128 plus the number of the signal.
    int wait();

private:
    pid_t id_ = -1;
    int status_ = -1;
};

enum class WindowSystem { x11, wayland };

/// A window system in memory: Xvfb, or weston on it. Terminated with this object. What the X server
/// shows is in the file Xvfb_screen0 of the folder, as the format XWD.
class Display {
public:
    /// @param folder for its socket and its output.
    /// @throws std::runtime_error with its output when it does not start.
    Display(WindowSystem kind, const std::filesystem::path& folder);

    /// Environment variables with which programs use this display.
    [[nodiscard]] const std::vector<std::string>& environment() const { return environment_; }

    /// Kills the window system, as if it had crashed.
    void end() { servers_.pop_back(); }

private:
    std::string start_xvfb(const std::filesystem::path& log);
    void start_weston(const std::filesystem::path& folder, const std::string& x11);

    std::vector<std::string> environment_;
    std::vector<std::unique_ptr<Process>> servers_;
};

enum class Renderer { gl, pixman };

/// Weston without a screen, with one output, on which a window fills everything. Terminated with
/// this object.
class Compositor {
public:
    struct Options {
        std::uint32_t width;
        std::uint32_t height;
        Renderer renderer = Renderer::gl;
        bool anyone_may_take_screenshots = true;
        std::uint32_t scale = 1; ///< pixels that a unit of the compositor has
    };

    static constexpr const char* socket = "parallax";

    /// @param folder for its socket and its output: XDG_RUNTIME_DIR of its clients.
    /// @throws std::runtime_error with its output when it does not start.
    Compositor(const std::filesystem::path& folder, const Options& options);

private:
    std::unique_ptr<Process> weston_;
};

} // namespace parallax::test

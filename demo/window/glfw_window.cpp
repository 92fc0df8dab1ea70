// SPDX-License-Identifier: MIT
#include "window/glfw_window.hpp"

#include "process/exit_status.hpp"
#include "process/say.hpp"

#include "offscreen/driver_search.hpp"

#include "parallax/text.hpp"

#define GLFW_INCLUDE_VULKAN
#include <GLFW/glfw3.h>

#include <dlfcn.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <vector>

namespace parallax::demo {
namespace {

std::string last_error() {
    const char* text = nullptr;
    glfwGetError(&text);
    return text == nullptr ? "no reason given" : text;
}

/// A function of a library that GLFW has loaded; null if it has not.
template <typename Function>
Function* find_function(const char* library, const char* name) {
    void* const loaded = ::dlopen(library, RTLD_LAZY | RTLD_NOLOAD);
    return loaded == nullptr ? nullptr : reinterpret_cast<Function*>(::dlsym(loaded, name));
}

/// Without a handler, Xlib would end the program with exit(1) here, which means that views differ.
int end_with_x_server(void* /*display*/) {
    say("parallax: the X server has ended, and the window with it");
    std::fflush(stdout);
    ::_exit(static_cast<int>(ExitStatus::failed));
}

void handle_end_of_x_server() {
    using Handler = int(void*);
    if (auto* const set_handler =
            find_function<Handler*(Handler*)>("libX11.so.6", "XSetIOErrorHandler")) {
        set_handler(end_with_x_server);
    }
}

Reasons no_window(const std::string& why) {
    return {text::format("no window can be opened: {}", why),
            "without a display, `parallax render` compares the same views and writes them to a "
            "file, and `./lab window` runs this demo in a machine of its own"};
}

/// The monitor that shows most of the window; the first where that cannot be known (Wayland).
GLFWmonitor* monitor_of(GLFWwindow* window) {
    Rectangle place;
    if (glfwGetPlatform() != GLFW_PLATFORM_WAYLAND) { // which tells nobody where windows are
        glfwGetWindowPos(window, &place.x, &place.y);
    }
    glfwGetWindowSize(window, &place.width, &place.height);
    int count = 0;
    GLFWmonitor** const monitors = glfwGetMonitors(&count);
    std::vector<Rectangle> places;
    for (GLFWmonitor* monitor : std::span(monitors, static_cast<std::size_t>(count))) {
        const GLFWvidmode* const mode = glfwGetVideoMode(monitor);
        Rectangle& of_monitor =
            places.emplace_back(Rectangle{.width = mode->width, .height = mode->height});
        glfwGetMonitorPos(monitor, &of_monitor.x, &of_monitor.y);
    }
    const auto best = monitor_with_most(place, places);
    return best ? monitors[*best] : glfwGetPrimaryMonitor();
}

} // namespace

std::expected<GlfwWindow, Reasons> GlfwWindow::create(Extent size) {
    if (glfwInit() == GLFW_FALSE) {
        return std::unexpected(no_window(last_error()));
    }
    if (glfwVulkanSupported() == GLFW_FALSE) {
        glfwTerminate();
        Reasons reasons{"the window library finds no Vulkan: no loader, libvulkan.so.1 (Debian: "
                        "libvulkan1), or no driver"};
        const Reasons tried = explain_driver_search();
        reasons.insert(reasons.end(), tried.begin(), tried.end());
        return std::unexpected(std::move(reasons));
    }
    glfwWindowHint(GLFW_CLIENT_API, GLFW_NO_API); // Vulkan draws, not OpenGL
    glfwWindowHint(GLFW_SCALE_TO_MONITOR, GLFW_TRUE);
    glfwWindowHintString(GLFW_WAYLAND_APP_ID, "parallax");
    glfwWindowHintString(GLFW_X11_CLASS_NAME, "parallax");
    GLFWwindow* const window = glfwCreateWindow(
        static_cast<int>(size.width), static_cast<int>(size.height), "Parallax", nullptr, nullptr);
    if (window == nullptr) {
        const std::string why = last_error();
        glfwTerminate();
        return std::unexpected(no_window(why));
    }
    if (glfwGetPlatform() == GLFW_PLATFORM_X11) {
        handle_end_of_x_server();
    }
    return GlfwWindow(window);
}

void GlfwWindow::End::operator()(GLFWwindow* window) const noexcept {
    glfwDestroyWindow(window);
    glfwTerminate();
}

GlfwWindow::Input& GlfwWindow::input_of(GLFWwindow* window) noexcept {
    return *static_cast<Input*>(glfwGetWindowUserPointer(window));
}

/// GLFW reports a button or the wheel without a place: it is that of the last move before it.
void GlfwWindow::add(GLFWwindow* window, PointerInput input) {
    input.place = input_of(window).place;
    input_of(window).events.emplace_back(input);
}

GlfwWindow::GlfwWindow(GLFWwindow* window) : window_(window), input_(std::make_unique<Input>()) {
    input_->events.reserve(1024);
    glfwSetWindowUserPointer(window, input_.get());
    glfwSetKeyCallback(window, [](GLFWwindow* w, int key, int /*scancode*/, int action, int mods) {
        const Control* const control = find_control(key);
        if (control != nullptr && action == GLFW_PRESS && (mods & ~GLFW_MOD_SHIFT) == 0) {
            input_of(w).events.emplace_back(control->action);
        }
    });
    glfwSetCursorPosCallback(window, [](GLFWwindow* w, double x, double y) {
        input_of(w).place = {static_cast<float>(x), static_cast<float>(y)};
        add(w, {.kind = PointerInput::Kind::move});
    });
    glfwSetMouseButtonCallback(window, [](GLFWwindow* w, int button, int action, int /*mods*/) {
        using Button = PointerInput::Button;
        add(w,
            {.kind = action == GLFW_PRESS ? PointerInput::Kind::press : PointerInput::Kind::release,
             .button = button == GLFW_MOUSE_BUTTON_LEFT    ? Button::left
                       : button == GLFW_MOUSE_BUTTON_RIGHT ? Button::right
                                                           : Button::middle});
    });
    glfwSetScrollCallback(window, [](GLFWwindow* w, double /*x*/, double y) {
        add(w, {.kind = PointerInput::Kind::scroll, .steps = static_cast<float>(y)});
    });
    glfwSetCursorEnterCallback(window, [](GLFWwindow* w, int entered) {
        if (entered == GLFW_FALSE) {
            add(w, {.kind = PointerInput::Kind::leave});
        }
    });
    glfwGetWindowSize(window, &input_->size.x, &input_->size.y);
    glfwSetWindowSizeCallback(
        window, [](GLFWwindow* w, int width, int height) { input_of(w).size = {width, height}; });
    glfwGetFramebufferSize(window, &input_->framebuffer.x, &input_->framebuffer.y);
    glfwSetFramebufferSizeCallback(window, [](GLFWwindow* w, int width, int height) {
        input_of(w).framebuffer = {width, height};
    });
    glfwGetWindowContentScale(window, &input_->content_scale, nullptr);
    glfwSetWindowContentScaleCallback(
        window, [](GLFWwindow* w, float scale, float /*y*/) { input_of(w).content_scale = scale; });
    glfwSetWindowIconifyCallback(window, [](GLFWwindow* w, int minimised) {
        input_of(w).minimised = minimised == GLFW_TRUE;
    });
    glfwSetWindowRefreshCallback(window,
                                 [](GLFWwindow* w) { input_of(w).events.emplace_back(Expose{}); });
    glfwSetDropCallback(window, [](GLFWwindow* w, int count, const char** paths) {
        if (count > 0) {
            input_of(w).events.emplace_back(OpenPicture{paths[0]});
        }
    });
}

std::string_view GlfwWindow::platform() noexcept {
    switch (glfwGetPlatform()) {
    case GLFW_PLATFORM_WAYLAND:
        return "Wayland";
    case GLFW_PLATFORM_X11:
        return "X11";
    default:
        return "another window system";
    }
}

std::vector<const char*> GlfwWindow::instance_extensions() {
    std::uint32_t count = 0;
    const char** const names = glfwGetRequiredInstanceExtensions(&count);
    return {names, names + count};
}

vk::raii::SurfaceKHR GlfwWindow::create_surface(const Instance& instance) const {
    VkSurfaceKHR surface = nullptr;
    const VkResult result =
        glfwCreateWindowSurface(*instance.handle(), handle(), nullptr, &surface);
    if (result != VK_SUCCESS) {
        vk::detail::throwResultException(static_cast<vk::Result>(result),
                                         "glfwCreateWindowSurface");
    }
    return {instance.handle(), surface};
}

void GlfwWindow::wait(std::chrono::duration<double> most) {
    constexpr double hidden = 0.1; // seconds
    const double seconds = visible() ? most.count() : std::max(most.count(), hidden);
    if (seconds <= 0 || should_close()) {
        glfwPollEvents();
    } else {
        glfwWaitEventsTimeout(seconds);
    }
}

bool GlfwWindow::should_close() const noexcept {
    return glfwWindowShouldClose(handle()) == GLFW_TRUE;
}

bool GlfwWindow::connected() const noexcept {
    if (glfwGetPlatform() != GLFW_PLATFORM_WAYLAND) {
        return true;
    }
    static auto* const display = find_function<void*()>(nullptr, "glfwGetWaylandDisplay");
    static auto* const error =
        find_function<int(void*)>("libwayland-client.so.0", "wl_display_get_error");
    return display == nullptr || error == nullptr || error(display()) == 0;
}

vk::Extent2D GlfwWindow::framebuffer() const noexcept {
    return {static_cast<std::uint32_t>(input_->framebuffer.x),
            static_cast<std::uint32_t>(input_->framebuffer.y)};
}

bool GlfwWindow::visible() const noexcept {
    return input_->framebuffer.x > 0 && input_->framebuffer.y > 0 && !input_->minimised;
}

float GlfwWindow::density() const noexcept {
    const auto pixels = static_cast<float>(input_->framebuffer.x);
    const auto units = static_cast<float>(input_->size.x);
    return units > 0 && pixels > 0 ? pixels / units : 1.0F;
}

void GlfwWindow::resize(Extent size) noexcept {
    glfwSetWindowSize(handle(), static_cast<int>(size.width), static_cast<int>(size.height));
}

void GlfwWindow::toggle_full_screen() noexcept {
    if (glfwGetWindowMonitor(handle()) != nullptr) {
        glfwSetWindowMonitor(handle(), nullptr, windowed_.x, windowed_.y, windowed_.width,
                             windowed_.height, GLFW_DONT_CARE);
        return;
    }
    GLFWmonitor* const monitor = monitor_of(handle());
    if (monitor == nullptr) {
        return; // a window system without monitors: Xvfb may have none
    }
    if (glfwGetPlatform() != GLFW_PLATFORM_WAYLAND) {
        glfwGetWindowPos(handle(), &windowed_.x, &windowed_.y);
    }
    glfwGetWindowSize(handle(), &windowed_.width, &windowed_.height);
    const GLFWvidmode* const mode = glfwGetVideoMode(monitor);
    glfwSetWindowMonitor(handle(), monitor, 0, 0, mode->width, mode->height, mode->refreshRate);
}

} // namespace parallax::demo

// SPDX-License-Identifier: MIT
#include "window/imgui_session.hpp"

#include <imgui.h>

#include <algorithm>
#include <cfloat>
#include <filesystem>
#include <new>
#include <utility>

namespace parallax::demo {
namespace {

constexpr const char* font_folder = "/usr/share/fonts/truetype/dejavu/"; // Debian, Ubuntu
constexpr const char* other_font_folder = "/usr/share/fonts/TTF/";       // Arch and others

ImFont* add_font(const char* file, float size) {
    for (const std::filesystem::path folder : {font_folder, other_font_folder}) {
        if (const auto path = folder / file; std::filesystem::exists(path)) {
            return ImGui::GetIO().Fonts->AddFontFromFileTTF(path.c_str(), size);
        }
    }
    ImFontConfig config;
    config.SizePixels = size;
    return ImGui::GetIO().Fonts->AddFontDefault(&config);
}

/// @param unit length that is one pixel on an ordinary monitor.
void set_style(float unit) {
    ImGui::GetStyle() = ImGuiStyle(); // lengths are scaled once
    ImGui::StyleColorsDark();
    ImGuiStyle& style = ImGui::GetStyle();
    style.WindowRounding = 6;
    style.FrameRounding = 4;
    style.WindowBorderSize = 1;
    style.WindowPadding = {14, 10};
    style.ItemSpacing = {8, 5};
    style.Colors[ImGuiCol_WindowBg] = {0.094F, 0.102F, 0.118F, 1.0F};
    style.Colors[ImGuiCol_Border] = {0.22F, 0.235F, 0.265F, 1.0F};
    style.Colors[ImGuiCol_Text] = {0.91F, 0.905F, 0.875F, 1.0F};
    style.Colors[ImGuiCol_TextDisabled] = {0.60F, 0.62F, 0.66F, 1.0F};
    style.Colors[ImGuiCol_Button] = {0.17F, 0.185F, 0.215F, 1.0F};
    style.Colors[ImGuiCol_ButtonHovered] = {0.25F, 0.29F, 0.36F, 1.0F};
    style.Colors[ImGuiCol_ButtonActive] = {0.30F, 0.38F, 0.50F, 1.0F};
    style.Colors[ImGuiCol_FrameBg] = {0.17F, 0.185F, 0.215F, 1.0F};
    style.ScaleAllSizes(unit);
}

} // namespace

ImGuiSession::ImGuiSession() {
    // As our own code does, so that whatever counts that counts this, too.
    ImGui::SetAllocatorFunctions(
        [](std::size_t size, void*) { return ::operator new(size, std::nothrow); },
        [](void* memory, void*) { ::operator delete(memory); });
    ImGui::CreateContext();
    ImGui::GetIO().IniFilename = nullptr; // leaves no file behind
    set_style(1);
}

ImGuiSession::~ImGuiSession() {
    ImGui::DestroyContext();
}

void ImGuiSession::take(const PointerInput& input) {
    using Kind = PointerInput::Kind;
    ImGuiIO& io = ImGui::GetIO();
    if (input.kind == Kind::leave) {
        io.AddMousePosEvent(-FLT_MAX, -FLT_MAX);
        return;
    }
    io.AddMousePosEvent(input.place.x, input.place.y);
    if (input.kind == Kind::press || input.kind == Kind::release) {
        io.AddMouseButtonEvent(static_cast<int>(input.button), input.kind == Kind::press);
    } else if (input.kind == Kind::scroll) {
        io.AddMouseWheelEvent(0, input.steps);
    }
}

void ImGuiSession::begin_frame(glm::vec2 window, float density) {
    ImGuiIO& io = ImGui::GetIO();
    const auto now = std::chrono::steady_clock::now();
    const std::chrono::duration<float> since = now - std::exchange(last_frame_, now);
    io.DeltaTime = std::max(since.count(), 1e-4F); // which must not be 0
    io.DisplaySize = {window.x, window.y};
    io.DisplayFramebufferScale = {density, density};
    ImGui::NewFrame();
}

void ImGuiSession::make_fonts(float pixels, float density) {
    ImGuiIO& io = ImGui::GetIO();
    io.Fonts->Clear();
    text_ = add_font("DejaVuSans.ttf", 16.0F * pixels);
    title_ = add_font("DejaVuSans-Bold.ttf", 18.0F * pixels);
    mono_ = add_font("DejaVuSansMono.ttf", 16.0F * pixels);
    set_style(pixels / density);
    io.FontGlobalScale = 1.0F / density; // text is laid out in units of the window
    io.Fonts->Build();
}

} // namespace parallax::demo

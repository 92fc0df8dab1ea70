// SPDX-License-Identifier: MIT
#pragma once

#include "parallax/error.hpp"
#include "parallax/image_layout.hpp"
#include "parallax/vulkan/driver_answers.hpp"

#include <array>
#include <expected>
#include <optional>
#include <string_view>
#include <vector>

namespace parallax {

/// The ladder of ways to import an image, the best first.
enum class Rung {
    modifier, ///< an image whose layout we state: DRM format modifier LINEAR, our stride
    linear,   ///< a linear image whose layout the driver states, and we follow
    buffer,   ///< a buffer; the GPU copies it into an image of its own and samples that
};

/// From the best to the last.
inline constexpr std::array all_rungs{Rung::modifier, Rung::linear, Rung::buffer};

/// "modifier", "linear", "buffer": as given to --rung and shown in verdicts.
[[nodiscard]] std::string_view rung_name(Rung rung) noexcept;
/// By that name; nothing if there is no such rung.
[[nodiscard]] std::optional<Rung> find_rung(std::string_view name) noexcept;

/// A rung that will not do, and every reason, with its numbers.
struct Refusal {
    Rung rung;       ///< that will not do
    Reasons reasons; ///< never empty
};

/// The way to import one image, and how large a buffer it takes. A value.
struct ImportPlan {
    Rung rung = Rung::buffer;          ///< the way that was chosen
    ImageLayout layout;                ///< where the pixels must lie
    vk::ImageUsageFlags usage;         ///< of the image, on the first two rungs
    MemoryNeeds memory;                ///< what the driver wants
    std::vector<Refusal> refused = {}; ///< better rungs that would not do
    /// False leaves the FOREIGN acquire and release out and keeps plain barriers, to show what
    /// happens then. Nothing else may use it.
    bool transfers_ownership = true;

    /// Bytes to ask an exporter for: what the driver wants or the pixels take, the larger.
    [[nodiscard]] std::uint64_t buffer_size() const { return std::max(memory.size, layout.size()); }
};

/// Decides. A pure function: no device is asked.
/// @param only a rung to take and no other, for tests and for people who compare them.
/// @return the plan, or every refusal of every rung considered.
[[nodiscard]] std::expected<ImportPlan, std::vector<Refusal>>
plan_import(const DriverAnswers& answers, const ImageRequest& request,
            std::optional<Rung> only = std::nullopt);

/// Chooses a memory type that both the image and the fd can live with: the lowest common bit.
/// @return its index, or the reason, naming both masks.
[[nodiscard]] std::expected<std::uint32_t, std::string>
choose_memory_type(std::uint32_t object_bits, std::uint32_t fd_bits);

/// "modifier: ...; ...", one line a refusal, for people.
[[nodiscard]] Reasons describe(const std::vector<Refusal>& refused);

} // namespace parallax

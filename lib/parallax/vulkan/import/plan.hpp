// SPDX-License-Identifier: MIT
#pragma once

#include "parallax/error.hpp"
#include "parallax/image/layout.hpp"
#include "parallax/vulkan/import/requirements.hpp"

#include <algorithm>
#include <array>
#include <expected>
#include <optional>
#include <string_view>
#include <vector>

namespace parallax {

/// The import methods, the best first.
enum class ImportMethod {
    modifier, ///< an image with a stated layout: DRM format modifier LINEAR and a stride
    linear,   ///< a linear image with the driver's layout, which the memory must have
    buffer,   ///< a buffer, which the GPU copies into an image that it samples
};

/// From the best to the last.
inline constexpr std::array all_import_methods{ImportMethod::modifier, ImportMethod::linear,
                                               ImportMethod::buffer};

/// "modifier", "linear", "buffer".
[[nodiscard]] std::string_view import_method_name(ImportMethod method) noexcept;
/// The method of that name; nothing if there is none.
[[nodiscard]] std::optional<ImportMethod> find_import_method(std::string_view name) noexcept;

/// A method that cannot be used, and every reason, with its numbers.
struct Refusal {
    ImportMethod method; ///< that cannot be used
    Reasons reasons;     ///< never empty
};

/// The method for importing one image, its layout and its memory requirements. A value.
struct ImportPlan {
    ImportMethod method = ImportMethod::buffer; ///< the best one that can be used
    ImageLayout layout;                         ///< required of the pixels
    VkImageUsageFlags usage = 0;                ///< of the image that is sampled
    MemoryNeeds memory;                         ///< the driver's requirements
    std::vector<Refusal> refused = {};          ///< better methods that cannot be used

    /// Bytes to allocate: the driver's requirement or the size of the layout, the larger of both.
    [[nodiscard]] std::uint64_t buffer_size() const { return std::max(memory.size, layout.size()); }
};

/// Chooses the import method. A pure function: no device is asked.
/// @param only    the only method to consider; all if none.
/// @param refused methods that are not considered, because the driver refused their import: the
///                refusals of the former plan and that of its method.
/// @return the plan, or every refusal of every method considered.
[[nodiscard]] std::expected<ImportPlan, std::vector<Refusal>>
plan_import(const DriverAnswers& answers, const ImageRequest& request,
            std::optional<ImportMethod> only = std::nullopt, std::vector<Refusal> refused = {});

/// "modifier: ...; ...", one line per refusal, for people.
[[nodiscard]] Reasons describe(const std::vector<Refusal>& refused);

} // namespace parallax

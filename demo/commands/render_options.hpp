// SPDX-License-Identifier: MIT
#pragma once

#include "machine/machine_options.hpp"
#include "options/picture_options.hpp"
#include "options/views_options.hpp"
#include "process/exit_status.hpp"
#include "viewers/mistake.hpp"

#include <filesystem>

namespace parallax::demo {

/// Those of `parallax render`.
struct RenderOptions {
    MachineOptions machine;
    PictureOptions picture;
    std::filesystem::path out = "out";
    ViewsOptions views;
    const Mistake* mistake = nullptr; ///< made on purpose
    bool json = false;
};

/// The run for a format of luma and chroma.
[[nodiscard]] ExitStatus render_ycbcr(const RenderOptions& options);

} // namespace parallax::demo

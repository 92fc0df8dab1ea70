// SPDX-License-Identifier: MIT
#pragma once

#include <memory>

struct gbm_device;

namespace parallax {

struct DestroyGbmDevice {
    void operator()(gbm_device* device) const noexcept;
};
using OwnedGbmDevice = std::unique_ptr<gbm_device, DestroyGbmDevice>;

/// GBM's driver on a DRM node, which is borrowed. What Mesa's loader prints on standard error about
/// a node without a driver is discarded.
/// @return null if there is no driver.
[[nodiscard]] OwnedGbmDevice create_gbm_device(int node);

} // namespace parallax

// SPDX-License-Identifier: MIT
#pragma once

#include <xf86drm.h>
#include <xf86drmMode.h>

#include <memory>

namespace parallax::kms {

/// Frees what libdrm returned with the function that belongs to it.
template <auto release>
struct Free {
    void operator()(auto* object) const noexcept { release(object); }
};

// What libdrm hands out, owned. Null where libdrm had nothing; errno says why.
using VersionPtr = std::unique_ptr<drmVersion, Free<drmFreeVersion>>;
using ResourcesPtr = std::unique_ptr<drmModeRes, Free<drmModeFreeResources>>;
using ConnectorPtr = std::unique_ptr<drmModeConnector, Free<drmModeFreeConnector>>;
using EncoderPtr = std::unique_ptr<drmModeEncoder, Free<drmModeFreeEncoder>>;
using CrtcPtr = std::unique_ptr<drmModeCrtc, Free<drmModeFreeCrtc>>;
using PlaneResourcesPtr = std::unique_ptr<drmModePlaneRes, Free<drmModeFreePlaneResources>>;
using PlanePtr = std::unique_ptr<drmModePlane, Free<drmModeFreePlane>>;
using PropertiesPtr = std::unique_ptr<drmModeObjectProperties, Free<drmModeFreeObjectProperties>>;
using PropertyPtr = std::unique_ptr<drmModePropertyRes, Free<drmModeFreeProperty>>;
using AtomicPtr = std::unique_ptr<drmModeAtomicReq, Free<drmModeAtomicFree>>;

} // namespace parallax::kms

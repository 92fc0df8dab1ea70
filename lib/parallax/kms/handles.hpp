// SPDX-License-Identifier: MIT
#pragma once

#include "parallax/text.hpp"

#include <xf86drm.h>
#include <xf86drmMode.h>

#include <memory>
#include <string>

namespace parallax::kms {

/// Frees a structure of libdrm with its own function.
template <auto release>
struct Free {
    void operator()(auto* object) const noexcept { release(object); }
};

// Owners of libdrm's structures. Null if libdrm returned none; errno has the reason.
using VersionPtr = std::unique_ptr<drmVersion, Free<drmFreeVersion>>;
using ResourcesPtr = std::unique_ptr<drmModeRes, Free<drmModeFreeResources>>;
using ConnectorPtr = std::unique_ptr<drmModeConnector, Free<drmModeFreeConnector>>;
using EncoderPtr = std::unique_ptr<drmModeEncoder, Free<drmModeFreeEncoder>>;
using CrtcPtr = std::unique_ptr<drmModeCrtc, Free<drmModeFreeCrtc>>;
using PlaneResourcesPtr = std::unique_ptr<drmModePlaneRes, Free<drmModeFreePlaneResources>>;
using PlanePtr = std::unique_ptr<drmModePlane, Free<drmModeFreePlane>>;
using PropertiesPtr = std::unique_ptr<drmModeObjectProperties, Free<drmModeFreeObjectProperties>>;
using PropertyPtr = std::unique_ptr<drmModePropertyRes, Free<drmModeFreeProperty>>;
using PropertyBlobPtr = std::unique_ptr<drmModePropertyBlobRes, Free<drmModeFreePropertyBlob>>;
using AtomicPtr = std::unique_ptr<drmModeAtomicReq, Free<drmModeAtomicFree>>;

/// "HDMI-A-1"
inline std::string connector_name(const drmModeConnector& connector) {
    const char* const type = drmModeGetConnectorTypeName(connector.connector_type);
    return text::format("{}-{}", type != nullptr ? type : "Unknown", connector.connector_type_id);
}

} // namespace parallax::kms

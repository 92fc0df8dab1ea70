# SPDX-License-Identifier: MIT
# shellcheck shell=bash
#
# GPUs that are pretended: Mesa's libraries "drm-shim" answer in place of a GPU's kernel driver, so
# that the real Vulkan driver runs on a machine without it, answers every question and compiles.
# They execute nothing and import no dma-buf.

# Each with its name here, the names of Vulkan driver and shim, what tells the shim the chip, and what
# it is.
readonly gpus='
stoney     radeon    amdgpu    AMDGPU_GPU_ID=stoney    AMD GCN 3 (Stoney)
polaris10  radeon    amdgpu    AMDGPU_GPU_ID=polaris10 AMD GCN 4 (Polaris 10)
vega10     radeon    amdgpu    AMDGPU_GPU_ID=vega10    AMD GCN 5 (Vega 10)
renoir     radeon    amdgpu    AMDGPU_GPU_ID=renoir    AMD GCN 5 (Renoir)
navi10     radeon    amdgpu    AMDGPU_GPU_ID=navi10    AMD RDNA 1 (Navi 10)
navi21     radeon    amdgpu    AMDGPU_GPU_ID=navi21    AMD RDNA 2 (Navi 21)
navi31     radeon    amdgpu    AMDGPU_GPU_ID=navi31    AMD RDNA 3 (Navi 31)
gfx1201    radeon    amdgpu    AMDGPU_GPU_ID=gfx1201   AMD RDNA 4 (GFX1201)
a618       freedreno freedreno FD_GPU_ID=618           Qualcomm Adreno 618
a630       freedreno freedreno FD_GPU_ID=630           Qualcomm Adreno 630
a740       freedreno freedreno FD_GPU_ID=740           Qualcomm Adreno 740
gm200      nouveau   nouveau   NOUVEAU_CHIPSET=120     NVIDIA Maxwell (GM200)
tu104      nouveau   nouveau   NOUVEAU_CHIPSET=164     NVIDIA Turing (TU104)
ga102      nouveau   nouveau   NOUVEAU_CHIPSET=172     NVIDIA Ampere (GA102)
m1         asahi     asahi     -                       Apple M1
'

# gpu_names: one a line.
gpu_names() { awk 'NF { print $1 }' <<<"$gpus"; }

# gpu_find NAME: sets gpu_driver, gpu_shim, gpu_chip and gpu_title.
gpu_find() {
	local name
	while read -r name gpu_driver gpu_shim gpu_chip gpu_title; do
		[[ $name != "$1" ]] || return 0
	done <<<"$gpus"
	usage_error "no GPU is named '$1'" "The GPUs are: $(gpu_names | paste -sd ' ')"
}

# with_gpu NAME CMD...: runs CMD in the room, where that GPU's driver is the only one of Vulkan's.
with_gpu() {
	local gpu_driver gpu_shim gpu_chip gpu_title
	gpu_find "$1"
	shift
	[[ $gpu_chip != - ]] || gpu_chip=''
	in_room env ${gpu_chip:+"$gpu_chip"} "VK_DRIVER_FILES=/usr/share/vulkan/icd.d/${gpu_driver}_icd.json" \
		LD_PRELOAD="/usr/lib/x86_64-linux-gnu/lib${gpu_shim}_noop_drm_shim.so" "$@"
}

# usage: blender --background --factory-startup --python scripts/make-scene.py --
#            OUTPUT-FOLDER [--samples N] [--views I,J,...] [--threads N]
#
# Builds a still life entirely from code, renders it with Cycles from a dome of
# cameras, and writes a COLMAP folder: images/, sparse/0/{cameras,images,points3D}.bin.
# With --views only those photos are rendered and no model is written (a preview).
#
# One unit is a decimetre; z is up and the table top is z = 0.

import argparse
import math
import os
import random
import struct
import sys

import bmesh
import bpy
import numpy as np
from mathutils import Matrix, Vector

WIDTH, HEIGHT, FOCAL = 400, 300, 400.0
RINGS = (14.0, 28.0, 42.0, 58.0)  # elevations in degrees
PER_RING = 18
RADIUS = 13.3
TARGET = Vector((0.0, -0.25, 1.3))
POINTS = 5000
MAX_TRACK = 6

SCENE = bpy.context.scene


# ---------------------------------------------------------------- materials

class Material:
    """A principled material with short-hands for its node graph.

    Inputs are given by name; a node stands for its first output."""

    def __init__(self, name):
        self.material = bpy.data.materials.new(name)
        self.material.use_nodes = True
        self.tree = self.material.node_tree
        self.shader = self.tree.nodes["Principled BSDF"]
        self.coords = self.node("ShaderNodeTexCoord").outputs["Object"]

    def connect(self, socket, value):
        if hasattr(value, "outputs"):
            value = value.outputs[0]
        if isinstance(value, bpy.types.NodeSocket):
            self.tree.links.new(value, socket)
        elif isinstance(value, (tuple, list)) and len(value) == 3 and socket.type == "RGBA":
            socket.default_value = (*value, 1.0)
        else:
            socket.default_value = value

    def node(self, kind, attributes=None, **inputs):
        node = self.tree.nodes.new(kind)
        for key, value in (attributes or {}).items():
            setattr(node, key, value)
        for key, value in inputs.items():
            self.connect(node.inputs[key.replace("_", " ")], value)
        return node

    def set(self, **inputs):
        for key, value in inputs.items():
            self.connect(self.shader.inputs[key.replace("_", " ")], value)
        return self

    def stretched(self, scale, offset=(0, 0, 0), rotation=(0, 0, 0), coords=None):
        node = self.node("ShaderNodeMapping", Vector=coords or self.coords,
                         Location=offset, Rotation=rotation, Scale=scale)
        return node.outputs[0]

    def noise(self, scale, detail=4.0, roughness=0.55, distortion=0.0, coords=None):
        node = self.node("ShaderNodeTexNoise", Vector=coords or self.coords, Scale=scale,
                         Detail=detail, Roughness=roughness, Distortion=distortion)
        return node.outputs["Fac"]

    def wave(self, scale, axis="X", distortion=0.0, detail=2.0, profile="SIN", coords=None):
        node = self.node("ShaderNodeTexWave",
                         dict(bands_direction=axis, wave_profile=profile),
                         Vector=coords or self.coords, Scale=scale, Distortion=distortion,
                         Detail=detail)
        return node.outputs["Fac"]

    def ramp(self, factor, *stops, constant=False):
        node = self.node("ShaderNodeValToRGB", Fac=factor)
        ramp = node.color_ramp
        if constant:
            ramp.interpolation = "CONSTANT"
        while len(ramp.elements) < len(stops):
            ramp.elements.new(0.5)
        for element, (position, colour) in zip(ramp.elements, stops):
            element.position = position
            element.color = (*colour, 1.0)
        return node.outputs["Color"]

    def mix(self, factor, first, second, blend="MIX"):
        node = self.node("ShaderNodeMixRGB", dict(blend_type=blend),
                         Fac=factor, Color1=first, Color2=second)
        return node.outputs[0]

    def math(self, operation, first, second=0.0):
        node = self.node("ShaderNodeMath", dict(operation=operation))
        self.connect(node.inputs[0], first)
        self.connect(node.inputs[1], second)
        return node.outputs[0]

    def axes(self, coords=None):
        return self.node("ShaderNodeSeparateXYZ", Vector=coords or self.coords).outputs

    def plain(self, colour):
        """Rays that left a rough surface meet a flat colour instead of the texture.

        The eye cannot tell, and most of the render time would go into evaluating
        procedural textures for light that is about to be averaged."""
        flat = self.node("ShaderNodeBsdfDiffuse", Color=colour)
        rays = self.node("ShaderNodeLightPath").outputs["Is Diffuse Ray"]
        both = self.node("ShaderNodeMixShader", Fac=rays)
        self.tree.links.new(self.shader.outputs[0], both.inputs[1])
        self.tree.links.new(flat.outputs[0], both.inputs[2])
        output = self.tree.nodes["Material Output"].inputs["Surface"]
        self.tree.links.new(both.outputs[0], output)
        return self

    def bump(self, height, strength=0.3, distance=0.05):
        node = self.node("ShaderNodeBump", Height=height, Strength=strength, Distance=distance)
        return self.set(Normal=node.outputs[0])


def srgb(code):
    """Linear colour of a hex sRGB code."""
    values = [int(code[i:i + 2], 16) / 255.0 for i in (0, 2, 4)]
    return tuple(v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in values)


def wood(name, dark, middle, light, grain=1.0, roughness=0.42):
    m = Material(name)
    # every board is its own object; the random offset gives each its own figure
    own = m.node("ShaderNodeObjectInfo").outputs["Random"]
    shift = m.node("ShaderNodeCombineXYZ", X=m.math("MULTIPLY", own, 71.0),
                   Y=m.math("MULTIPLY", own, 37.0), Z=m.math("MULTIPLY", own, 53.0))
    moved = m.node("ShaderNodeVectorMath", dict(operation="ADD"))
    m.connect(moved.inputs[0], m.coords)
    m.connect(moved.inputs[1], shift)
    along = moved.outputs[0]
    figure = m.noise(1.0 * grain, 3, 0.5, 0.6, m.stretched((0.16, 1.1, 1.1), coords=along))
    rings = m.math("FRACT", m.math("MULTIPLY", figure, 9.0))
    rings = m.math("PINGPONG", rings, 0.5)
    fibres = m.noise(6.0 * grain, 6, 0.7, 0.2, m.stretched((0.10, 2.0, 2.0), coords=along))
    pores = m.noise(17.0 * grain, 2, 0.5, 0.0, m.stretched((0.12, 1.6, 1.6), coords=along))
    value = m.math("ADD", m.math("MULTIPLY", rings, 0.55), m.math("MULTIPLY", fibres, 0.72))
    colour = m.ramp(value, (0.18, dark), (0.45, middle), (0.8, light))
    tint = m.ramp(own, (0.0, (0.72, 0.70, 0.68)), (1.0, (1.12, 1.08, 1.02)))
    colour = m.mix(1.0, colour, tint, "MULTIPLY")
    holes = m.ramp(pores, (0.36, (0.42, 0.36, 0.32)), (0.46, (1, 1, 1)))
    colour = m.mix(0.85, colour, holes, "MULTIPLY")
    m.set(Base_Color=colour, Specular=0.4,
          Roughness=m.math("ADD", m.math("MULTIPLY", fibres, 0.25), roughness - 0.12))
    m.bump(pores, 0.25, 0.02)
    return m.plain(tuple(0.8 * c for c in middle)).material


def brick_wall():
    m = Material("wall")
    brick = m.node("ShaderNodeTexBrick", dict(offset=0.5), Vector=m.coords, Scale=1.0,
                   Color1=srgb("d9cdb8"), Color2=srgb("b89f84"), Mortar=srgb("a39a8c"),
                   Mortar_Size=0.07, Mortar_Smooth=0.3, Brick_Width=2.4, Row_Height=0.8)
    worn = m.ramp(m.noise(0.45, 6, 0.65), (0.42, (0, 0, 0)), (0.58, (1, 1, 1)))
    colour = m.mix(worn, brick.outputs[0], srgb("b3846a"), "MULTIPLY")
    colour = m.mix(0.5, colour, m.ramp(m.noise(3.0, 8, 0.7), (0.3, (0.55, 0.53, 0.5)),
                                       (0.7, (1.25, 1.22, 1.18))), "MULTIPLY")
    m.set(Base_Color=colour, Roughness=0.9, Specular=0.2)
    m.bump(brick.outputs["Fac"], -0.6, 0.15)
    return m.plain(srgb("a58a74")).material


def stone_floor():
    m = Material("floor")
    tile = m.node("ShaderNodeTexBrick", dict(offset=0.0), Vector=m.coords, Scale=1.0,
                  Color1=srgb("8f8a7c"), Color2=srgb("5f6a68"), Mortar=srgb("3a3835"),
                  Mortar_Size=0.06, Mortar_Smooth=0.2, Brick_Width=3.0, Row_Height=3.0)
    veins = m.ramp(m.noise(0.8, 9, 0.68, 1.2), (0.3, (0.5, 0.47, 0.44)), (0.5, (1, 1, 1)),
                   (0.7, (1.35, 1.28, 1.2)))
    colour = m.mix(0.9, tile.outputs[0], veins, "MULTIPLY")
    m.set(Base_Color=colour, Roughness=0.55, Specular=0.35)
    m.bump(tile.outputs["Fac"], -0.4, 0.06)
    return m.plain(srgb("76766e")).material


def rug():
    m = Material("rug")
    x, y, _ = m.axes()
    ax, ay = m.math("ABSOLUTE", x), m.math("ABSOLUTE", y)
    # distance from the border drives nested bands; a diamond lattice fills the middle
    edge = m.math("MINIMUM", m.math("SUBTRACT", 15.0, ax), m.math("SUBTRACT", 12.0, ay))
    bands = m.ramp(m.math("DIVIDE", edge, 5.0), (0.0, srgb("d8c9a8")), (0.06, srgb("7d2f2b")),
                   (0.22, srgb("22334d")), (0.28, srgb("c9a45c")), (0.34, srgb("22334d")),
                   (0.5, srgb("d8c9a8")), (0.54, srgb("7d2f2b")), constant=True)
    lattice = m.node("ShaderNodeTexChecker", Vector=m.stretched((0.5, 0.5, 0), (0.25, 0.25, 0),
                     (0, 0, math.pi / 4)), Scale=1.0, Color1=srgb("8c3a31"),
                     Color2=srgb("6d2826")).outputs[0]
    motif = m.node("ShaderNodeTexChecker", Vector=m.stretched((1.5, 1.5, 0), (0.25, 0.25, 0),
                   (0, 0, math.pi / 4)), Scale=1.0, Color1=(1, 1, 1),
                   Color2=(0.75, 0.62, 0.5)).outputs[0]
    inner = m.mix(1.0, lattice, motif, "MULTIPLY")
    colour = m.mix(m.math("GREATER_THAN", edge, 2.75), bands, inner)
    colour = m.mix(0.8, colour, m.ramp(m.noise(5.0, 5, 0.75), (0.3, (0.5, 0.5, 0.5)),
                                       (0.7, (1.4, 1.4, 1.4))), "MULTIPLY")
    m.set(Base_Color=colour, Roughness=1.0, Specular=0.05)
    return m.bump(m.noise(14.0, 1), 0.6, 0.1).plain(srgb("6d3531")).material


def linen():
    m = Material("runner")
    x, y, _ = m.axes()
    ax = m.math("ABSOLUTE", x)
    weave = m.math("MULTIPLY", m.wave(6.5, "X"), m.wave(6.5, "Y"))
    slub = m.noise(9.0, 4, 0.7, 0.0, m.stretched((0.2, 1.6, 1.0)))
    ground = m.ramp(slub, (0.3, srgb("a3957a")), (0.7, srgb("efe6d2")))
    ay = m.math("ABSOLUTE", y)
    wide = m.math("LESS_THAN", m.math("ABSOLUTE", m.math("SUBTRACT", ay, 1.55)), 0.12)
    thin = m.math("LESS_THAN", m.math("ABSOLUTE", m.math("SUBTRACT", ay, 1.28)), 0.035)
    across = m.math("LESS_THAN", m.math("ABSOLUTE", m.math("SUBTRACT", ax, 4.7)), 0.16)
    mask = m.math("MINIMUM", 1.0, m.math("ADD", m.math("ADD", wide, thin), across))
    colour = m.mix(mask, ground, m.mix(1.0, ground, srgb("5d7fa0"), "MULTIPLY"))
    colour = m.mix(0.35, colour, m.ramp(weave, (0.0, (0.6, 0.6, 0.6)), (0.6, (1.15, 1.15, 1.15))),
                   "MULTIPLY")
    m.set(Base_Color=colour, Roughness=0.95, Specular=0.1)
    return m.bump(weave, 0.5, 0.03).plain(srgb("c9bfab")).material


def glaze(name, base, speckle, foot=None, foot_height=0.0, roughness=0.12):
    m = Material(name)
    z = m.axes()[2]
    pooled = m.noise(1.6, 5, 0.6, 0.8)
    colour = m.ramp(pooled, (0.3, tuple(0.45 * c for c in base)), (0.55, base),
                    (0.8, tuple(min(1.0, 1.5 * c + 0.03) for c in base)))
    spots = m.ramp(m.noise(13.0, 2, 0.5), (0.63, (0, 0, 0)), (0.68, (1, 1, 1)))
    colour = m.mix(spots, colour, speckle)
    rough = roughness
    if foot is not None:
        level = m.math("ADD", z, m.math("MULTIPLY", m.noise(1.1, 3), 0.35))
        bare = m.math("LESS_THAN", level, foot_height)
        clay = m.ramp(m.noise(9.0, 6, 0.7), (0.3, tuple(0.6 * c for c in foot)), (0.7, foot))
        colour = m.mix(bare, colour, clay)
        rough = m.math("ADD", roughness, m.math("MULTIPLY", bare, 0.6))
    m.set(Base_Color=colour, Roughness=rough, Specular=0.5)
    return m.plain(base).material


def painted_vase():
    m = Material("painted vase")
    x, y, z = m.axes()
    angle = m.math("ARCTAN2", y, x)
    turns = m.math("DIVIDE", angle, 2 * math.pi)
    u = m.math("MULTIPLY", turns, 14.0)
    cell = m.math("ADD", m.math("PINGPONG", u, 0.5),
                  m.math("PINGPONG", m.math("MULTIPLY", z, 3.2), 0.5))
    diamonds = m.math("GREATER_THAN", cell, 0.62)
    zig = m.math("SUBTRACT", m.math("FRACT", m.math("MULTIPLY", z, 1.6)),
                 m.math("PINGPONG", m.math("MULTIPLY", turns, 24.0), 0.5))
    zigzag = m.math("LESS_THAN", m.math("ABSOLUTE", m.math("SUBTRACT", zig, 0.12)), 0.1)
    belt = m.math("LESS_THAN", m.math("ABSOLUTE", m.math("SUBTRACT", z, 1.45)), 0.55)
    rims = m.math("LESS_THAN", m.math("ABSOLUTE", m.math("SUBTRACT",
                  m.math("ABSOLUTE", m.math("SUBTRACT", z, 1.45)), 0.62)), 0.045)
    pattern = m.math("ADD", m.math("MULTIPLY", belt, diamonds),
                     m.math("MULTIPLY", m.math("SUBTRACT", 1.0, belt), zigzag))
    pattern = m.math("MINIMUM", 1.0, m.math("ADD", pattern, rims))
    # brush work: the blue is uneven
    blue = m.ramp(m.noise(4.0, 5, 0.7, 0.6), (0.3, srgb("142a66")), (0.7, srgb("3f6bb5")))
    white = m.ramp(m.noise(2.0, 5), (0.3, srgb("d6d4c8")), (0.7, srgb("efece2")))
    m.set(Base_Color=m.mix(pattern, white, blue), Roughness=0.16, Specular=0.5)
    return m.plain(srgb("9fa8bd")).material


def terracotta():
    m = Material("terracotta")
    turned = m.wave(3.0, "Z", 1.5, 3)
    stain = m.noise(2.2, 8, 0.68)
    colour = m.ramp(stain, (0.3, srgb("7f3f26")), (0.52, srgb("b5643f")), (0.72, srgb("d49a74")))
    colour = m.mix(0.25, colour, m.ramp(turned, (0.0, (0.6, 0.55, 0.5)), (1.0, (1.2, 1.2, 1.2))),
                   "MULTIPLY")
    m.set(Base_Color=colour, Roughness=0.85, Specular=0.2)
    return m.bump(turned, 0.3, 0.05).plain(srgb("a85c3a")).material


def orange_peel(name, deep, bright):
    m = Material(name)
    pits = m.node("ShaderNodeTexVoronoi", Vector=m.coords, Scale=14.0).outputs["Distance"]
    colour = m.ramp(m.noise(2.0, 4), (0.3, deep), (0.7, bright))
    colour = m.mix(0.5, colour, m.ramp(pits, (0.0, (0.6, 0.5, 0.4)), (0.35, (1.05, 1.05, 1.05))),
                   "MULTIPLY")
    m.set(Base_Color=colour, Roughness=0.36, Specular=0.45, Subsurface=0.0)
    return m.bump(pits, 0.35, 0.04).plain(deep).material


def apple_skin(name, red, yellow):
    m = Material(name)
    x, y, z = m.axes()
    angle = m.math("ARCTAN2", y, x)
    direction = m.node("ShaderNodeCombineXYZ")
    cosine, sine = m.math("COSINE", angle), m.math("SINE", angle)
    m.connect(direction.inputs[0], cosine)
    m.connect(direction.inputs[1], sine)
    m.connect(direction.inputs[2], m.math("MULTIPLY", z, 0.35))
    streaks = m.noise(11.0, 4, 0.65, 0.0, direction.outputs[0])
    blush = m.noise(1.5, 2)
    value = m.math("ADD", m.math("MULTIPLY", streaks, 0.6), m.math("MULTIPLY", blush, 0.5))
    colour = m.ramp(value, (0.42, yellow), (0.56, red), (0.75, tuple(0.5 * c for c in red)))
    freckles = m.ramp(m.noise(22.0, 1), (0.68, (0, 0, 0)), (0.72, (1, 1, 1)))
    colour = m.mix(m.math("MULTIPLY", freckles, 0.6), colour, srgb("ead9a0"))
    m.set(Base_Color=colour, Roughness=0.25, Specular=0.5)
    return m.plain(red).material


def cloth_cover(name, base, accent):
    m = Material(name)
    weave = m.math("MULTIPLY", m.wave(9.0, "X", 0.6), m.wave(9.0, "Y", 0.6))
    colour = m.ramp(m.noise(7.0, 6, 0.75), (0.3, tuple(0.55 * c for c in base)), (0.7, base))
    worn = m.ramp(m.noise(1.8, 7, 0.7), (0.56, (0, 0, 0)), (0.66, (1, 1, 1)))
    colour = m.mix(m.math("MULTIPLY", worn, 0.55), colour, accent)
    m.set(Base_Color=colour, Roughness=0.75, Specular=0.25)
    return m.bump(weave, 0.3, 0.02).plain(base).material


def page_edges():
    m = Material("page edges")
    sheets = m.noise(16.0, 3, 0.7, 0.0, m.stretched((0.06, 0.06, 2.0)))
    colour = m.ramp(sheets, (0.35, srgb("9c8a68")), (0.5, srgb("dccfae")), (0.7, srgb("f0e7d0")))
    m.set(Base_Color=colour, Roughness=0.9, Specular=0.1)
    return m.bump(sheets, 0.4, 0.03).plain(srgb("d8cba9")).material


def printed_page():
    # bricks of random grey stand for words; the margins are cut out
    m = Material("printed page")
    x, y, _ = m.axes()
    words = m.node("ShaderNodeTexBrick", dict(offset=0.37, offset_frequency=3, squash=0.6,
                   squash_frequency=2), Vector=m.coords, Scale=1.0, Color1=srgb("2c2824"),
                   Color2=srgb("6a6258"), Mortar=srgb("efe6d0"), Mortar_Size=0.028,
                   Mortar_Smooth=0.25, Brick_Width=0.21, Row_Height=0.105)
    letters = m.ramp(m.noise(30.0, 1, 0.5, 0.0, m.stretched((1.0, 0.4, 1))),
                     (0.46, (0, 0, 0)), (0.52, (1, 1, 1)))
    text = m.mix(letters, words.outputs[0], srgb("d8ccb2"))
    ax, ay = m.math("ABSOLUTE", x), m.math("ABSOLUTE", y)
    inside = m.math("MULTIPLY", m.math("LESS_THAN", m.math("ABSOLUTE",
                    m.math("SUBTRACT", ax, 0.74)), 0.52), m.math("LESS_THAN", ay, 0.84))
    paper = m.ramp(m.noise(3.0, 6, 0.6), (0.3, srgb("ddd0b2")), (0.7, srgb("f2ead6")))
    m.set(Base_Color=m.mix(inside, paper, text), Roughness=0.85, Specular=0.15)
    return m.plain(srgb("c9bda4")).material


def metal(name, base, roughness):
    m = Material(name)
    smear = m.noise(5.0, 6, 0.65)
    colour = m.ramp(m.noise(2.5, 6, 0.7), (0.3, tuple(0.5 * c for c in base)), (0.6, base))
    m.set(Base_Color=colour, Metallic=1.0,
          Roughness=m.math("ADD", roughness - 0.1, m.math("MULTIPLY", smear, 0.3)))
    return m.bump(m.wave(6.0, "Z", 0.6), 0.05, 0.03).material


def mottled(name, first, second, scale=6.0, roughness=0.6):
    m = Material(name)
    grain = m.noise(scale, 6, 0.65)
    m.set(Base_Color=m.ramp(grain, (0.3, first), (0.7, second)), Roughness=roughness,
          Specular=0.35)
    return m.bump(grain, 0.2, 0.03).plain(second).material


def canvas(name, seed, *colours):
    m = Material(name)
    field = m.noise(0.35, 5, 0.6, 2.5, m.stretched((1, 1, 1), (seed, seed * 0.7, 0)))
    stops = [(0.3 + 0.4 * i / (len(colours) - 1), c) for i, c in enumerate(colours)]
    m.set(Base_Color=m.ramp(field, *stops), Roughness=0.8, Specular=0.2)
    return m.plain(colours[1]).material


# ---------------------------------------------------------------- geometry

def add_mesh(name, vertices, faces, material, smooth=False, matrix=None):
    mesh = bpy.data.meshes.new(name)
    mesh.from_pydata([tuple(v) for v in vertices], [], faces)
    assert not mesh.validate(), name
    return add_object(name, mesh, material, smooth, matrix)


def add_object(name, mesh, material, smooth=False, matrix=None):
    mesh.materials.clear()
    mesh.materials.append(material)
    for polygon in mesh.polygons:
        polygon.use_smooth = smooth
    mesh.update()
    obj = bpy.data.objects.new(name, mesh)
    SCENE.collection.objects.link(obj)
    if matrix is not None:
        obj.matrix_world = matrix
    return obj


def at(x, y, z=0.0, turn=0.0):
    return Matrix.Translation((x, y, z)) @ Matrix.Rotation(math.radians(turn), 4, "Z")


def box(name, size, material, matrix=None, bevel=0.0, centre=(0, 0, 0)):
    bm = bmesh.new()
    bmesh.ops.create_cube(bm, size=1.0)
    for v in bm.verts:
        v.co = Vector((v.co[i] * size[i] + centre[i] for i in range(3)))
    if bevel > 0:
        bmesh.ops.bevel(bm, geom=bm.edges[:], offset=bevel, segments=3, profile=0.5,
                        affect="EDGES")
    mesh = bpy.data.meshes.new(name)
    bm.to_mesh(mesh)
    bm.free()
    return add_object(name, mesh, material, False, matrix)


def spline(points, steps=8):
    """Catmull-Rom through the points; a doubled point makes a corner."""
    points = [np.array(p, float) for p in points]
    padded = [points[0]] + points + [points[-1]]
    out = []
    for a, b, c, d in zip(padded, padded[1:], padded[2:], padded[3:]):
        if np.allclose(b, c):
            continue
        for s in range(steps):
            t = s / steps
            out.append(0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t * t
                              + (3 * b - a - 3 * c + d) * t ** 3))
    return out + [points[-1]]


def lathe(name, profile, material, matrix=None, segments=96, steps=8, wobble=0.0):
    """Turns a (radius, height) profile about z; the wobble keeps pots hand-made."""
    rows = spline(profile, steps)
    vertices, faces = [], []
    for r, z in rows:
        for s in range(segments):
            a = 2 * math.pi * s / segments
            w = 1 + wobble * (math.sin(2 * a + 1.7 * z) + 0.6 * math.sin(3 * a - 2.3 * z))
            vertices.append((max(r, 1e-4) * w * math.cos(a), max(r, 1e-4) * w * math.sin(a), z))
    for k in range(len(rows) - 1):
        for s in range(segments):
            t = (s + 1) % segments
            faces.append((k * segments + s, k * segments + t,
                          (k + 1) * segments + t, (k + 1) * segments + s))
    return add_mesh(name, vertices, faces, material, True, matrix)


def tube(name, points, radii, material, matrix=None, segments=20, steps=10, flatten=1.0):
    """Sweeps a circle along a smooth path; the path must not turn back on itself."""
    path = spline(points, steps)
    size = np.interp(np.linspace(0, len(radii) - 1, len(path)), range(len(radii)), radii)
    tangents = np.gradient(np.array(path), axis=0)
    normal = None
    vertices, faces = [], []
    for p, t, r in zip(path, tangents, size):
        t = t / np.linalg.norm(t)
        if normal is None:
            normal = np.cross(t, (0.0, 1.0, 0.0))
            if np.linalg.norm(normal) < 0.1:
                normal = np.cross(t, (1.0, 0.0, 0.0))
        normal = normal - t * np.dot(normal, t)
        normal /= np.linalg.norm(normal)
        side = np.cross(t, normal)
        for s in range(segments):
            a = 2 * math.pi * s / segments
            vertices.append(p + r * (math.cos(a) * normal + flatten * math.sin(a) * side))
    for k in range(len(path) - 1):
        for s in range(segments):
            t = (s + 1) % segments
            faces.append((k * segments + s, k * segments + t,
                          (k + 1) * segments + t, (k + 1) * segments + s))
    return add_mesh(name, vertices, faces, material, True, matrix)


def ball(name, radius, material, matrix, squash=(1, 1, 1), tips=0.0):
    bm = bmesh.new()
    bmesh.ops.create_uvsphere(bm, u_segments=64, v_segments=32, radius=radius)
    for v in bm.verts:
        # tips pulls the poles out, as a lemon has them
        pole = max(0.0, abs(v.co.z) / radius - 0.86) / 0.14
        v.co.z *= 1 + tips * pole * pole
        v.co = Vector((v.co[i] * squash[i] for i in range(3)))
    mesh = bpy.data.meshes.new(name)
    bm.to_mesh(mesh)
    bm.free()
    return add_object(name, mesh, material, True, matrix)


def lettering(text, size, material, matrix):
    curve = bpy.data.curves.new(text, "FONT")
    curve.body = text
    curve.size = size
    curve.align_x = curve.align_y = "CENTER"
    curve.extrude = 0.004
    temporary = bpy.data.objects.new(text, curve)
    SCENE.collection.objects.link(temporary)
    bpy.context.view_layer.update()
    graph = bpy.context.evaluated_depsgraph_get()
    mesh = bpy.data.meshes.new_from_object(temporary.evaluated_get(graph))
    bpy.data.objects.remove(temporary)
    return add_object(text, mesh, material, False, matrix)


# ---------------------------------------------------------------- the room

def build_room():
    half, floor_z, top = 31.0, -7.4, 21.0
    square = [(-1, -1, 0), (1, -1, 0), (1, 1, 0), (-1, 1, 0)]
    add_mesh("floor", [(half * x, half * y, 0) for x, y, _ in square], [(0, 1, 2, 3)],
             stone_floor(), matrix=at(0, 0, floor_z))
    add_mesh("rug", [(15 * x, 12 * y, 0) for x, y, _ in square], [(0, 1, 2, 3)], rug(),
             matrix=at(0, 0, floor_z + 0.06, 4))
    wall = brick_wall()
    skirting = mottled("skirting", srgb("3b2a20"), srgb("5c4332"), 3.0)
    frame = mottled("frame", srgb("2a211b"), srgb("4a3a2c"), 8.0, 0.4)
    mount = mottled("mount", srgb("d8d2c2"), srgb("eee9dc"), 8.0, 0.9)
    height = top - floor_z
    art = [
        ((srgb("1d3b4f"), srgb("3f7f8c"), srgb("e8d7a8"), srgb("c8643c")), -9, 11, 8.0, 6.0),
        ((srgb("40202c"), srgb("a4454a"), srgb("e6b98a"), srgb("f2e6cf")), 4, 12, 6.0, 8.0),
        ((srgb("24402c"), srgb("6f8f4e"), srgb("dcd69a"), srgb("4d3a24")), -4, 11, 9.0, 6.5),
        ((srgb("232a52"), srgb("5a6fb0"), srgb("e2c9d2"), srgb("e09a4a")), 8, 11, 7.0, 7.0),
    ]
    for side in range(4):
        # the wall's own x runs along it and its y up, as the brick pattern wants
        turn = Matrix.Rotation(side * math.pi / 2, 4, "Z")
        stand = turn @ Matrix.Translation((0, half, floor_z)) @ Matrix.Rotation(math.pi / 2, 4, "X")
        add_mesh("wall", [(-half, 0, 0), (half, 0, 0), (half, height, 0), (-half, height, 0)],
                 [(0, 1, 2, 3)], wall, matrix=stand)
        box("skirting", (2 * half, 1.2, 0.3), skirting, stand, 0.06, (0, 0.6, 0.15))
        for number in range(2):
            _, x, y, w, h = art[(side + number) % 4]
            x = -11 + 21 * number + 0.3 * x
            hang = stand @ Matrix.Translation((x, y + 1.5, 0))
            bars = [((w, 0.5), (0, h / 2)), ((w, 0.5), (0, -h / 2)),
                    ((0.5, h + 0.5), (w / 2, 0)), ((0.5, h + 0.5), (-w / 2, 0))]
            for (bw, bh), (bx, by) in bars:
                box("frame", (bw, bh, 0.5), frame, hang, 0.08, (bx, by, 0.3))
            box("mount", (w, h, 0.2), mount, hang, 0.0, (0, 0, 0.1))
            picture = canvas("canvas", 3.1 * side + 7.7 * number, *art[(side + 2 * number) % 4][0])
            box("canvas", (w - 2.0, h - 2.0, 0.1), picture, hang, 0.0, (0, 0, 0.2))


def build_table():
    rng = random.Random(3)
    plank = wood("oak", srgb("6e4526"), srgb("a06c3f"), srgb("cc9a64"))
    length, count, wide = 15.0, 8, 1.35
    for k in range(count):
        y = (k - (count - 1) / 2) * wide
        box("plank", (length + rng.uniform(-0.05, 0.05), wide - 0.035, 0.36), plank,
            at(rng.uniform(-0.03, 0.03), y, -0.18 - rng.uniform(0.0, 0.008)), 0.035)
    for y in (-4.3, 4.3):
        box("apron", (12.6, 0.3, 0.9), plank, at(0, y, -0.82), 0.03)
    for x in (-6.3, 6.3):
        box("apron", (8.3, 0.3, 0.9), plank, at(x, 0, -0.82, 90), 0.03)
    for x in (-6.3, 6.3):
        for y in (-4.3, 4.3):
            leg = at(x, y, -3.88) @ Matrix.Rotation(math.pi / 2, 4, "Y")
            box("leg", (7.0, 0.8, 0.8), plank, leg, 0.05)


def build_runner():
    # a gently wavy strip: cloth never lies quite flat
    nx, ny, rows = 160, 40, []
    for j in range(ny + 1):
        for i in range(nx + 1):
            x, y = -5.4 + 10.8 * i / nx, -1.8 + 3.6 * j / ny
            ends = max(0.0, abs(x) - 4.2)
            z = 0.022 + 0.012 * math.sin(1.9 * x + 0.8 * y) * math.cos(1.3 * y - 0.4 * x)
            z += 0.05 * ends * abs(math.sin(2.6 * y + 1.1 * x))
            rows.append((x, y + 0.03 * math.sin(1.1 * x), max(z, 0.012)))
    faces = [(j * (nx + 1) + i, j * (nx + 1) + i + 1, (j + 1) * (nx + 1) + i + 1,
              (j + 1) * (nx + 1) + i) for j in range(ny) for i in range(nx)]
    cloth = linen()
    place = at(0, 0.1, 0, -7)
    add_mesh("runner", rows, faces, cloth, True, place)
    rng = random.Random(5)
    for end in (-1, 1):
        for k in range(58):
            y = -1.77 + 3.54 * k / 57
            reach = rng.uniform(0.32, 0.45)
            bend = rng.uniform(-0.06, 0.06)
            tube("fringe", [(end * 5.38, y, 0.035), (end * (5.4 + reach / 2), y + bend, 0.03),
                            (end * (5.4 + reach), y + 1.6 * bend, 0.018)],
                 (0.02, 0.018, 0.01), cloth, place, 6, 3)


# ---------------------------------------------------------------- the objects

def build_teapot():
    place = at(-1.15, -0.75, 0.035, 205)
    teal = glaze("teal glaze", srgb("2b8082"), srgb("d9c79a"), srgb("b78a63"), 0.38)
    lathe("teapot", [(0, 0.02), (0.62, 0.02), (0.62, 0.02), (0.68, 0.06), (0.95, 0.35),
                     (1.08, 0.75), (1.0, 1.15), (0.74, 1.46), (0.55, 1.54), (0.55, 1.54),
                     (0.55, 1.46)], teal, place, wobble=0.006)
    lathe("lid", [(0.53, 1.49), (0.55, 1.58), (0.44, 1.66), (0.2, 1.74), (0.09, 1.79),
                  (0.08, 1.86), (0.17, 1.95), (0.15, 2.05), (0.0, 2.09)], teal, place)
    tube("spout", [(0.85, 0, 0.55), (1.25, 0, 0.72), (1.5, 0, 1.1), (1.72, 0, 1.5)],
         (0.3, 0.24, 0.15, 0.12), teal, place, 32)
    tube("handle", [(-0.86, 0, 1.3), (-1.25, 0, 1.5), (-1.72, 0, 1.28), (-1.66, 0, 0.78),
                    (-1.3, 0, 0.5), (-0.93, 0, 0.42)], (0.13, 0.12, 0.12, 0.12, 0.11, 0.11),
         teal, place, 24, 10, 1.3)


def build_cup():
    place = at(-2.6, -2.5, 0.0, -50)
    cream = Material("striped cup")
    z = cream.axes()[2]
    wobbly = cream.math("ADD", z, cream.math("MULTIPLY", cream.noise(1.5, 2), 0.09))
    stripes = cream.math("GREATER_THAN", cream.math("PINGPONG",
                         cream.math("MULTIPLY", wobbly, 3.6), 0.5), 0.27)
    base = cream.ramp(cream.noise(12.0, 3), (0.3, srgb("cfc2a5")), (0.62, srgb("efe6d3")))
    band = cream.ramp(cream.noise(4.0, 5), (0.3, srgb("8d2f22")), (0.7, srgb("cf5a3b")))
    cream.set(Base_Color=cream.mix(stripes, base, band), Roughness=0.2, Specular=0.5)
    cup = cream.material
    lathe("cup", [(0, 0.03), (0.42, 0.02), (0.42, 0.02), (0.5, 0.06), (0.58, 0.4), (0.62, 1.0),
                  (0.63, 1.12), (0.6, 1.15), (0.57, 1.1), (0.55, 0.8), (0.52, 0.3), (0.4, 0.12),
                  (0.0, 0.1)], cup, place, wobble=0.005)
    tube("cup handle", [(0.56, 0, 0.9), (0.88, 0, 0.93), (1.02, 0, 0.62), (0.86, 0, 0.34),
                        (0.54, 0, 0.28)], (0.1, 0.09, 0.085, 0.085, 0.09), cup, place, 24, 10, 1.3)
    lathe("tea", [(0.0, 0.86), (0.3, 0.86), (0.552, 0.86)],
          mottled("tea", srgb("4a1f0c"), srgb("5d2a10"), 1.0, 0.3), place)


def build_vase():
    place = at(0.75, 1.75, 0.03)
    lathe("vase", [(0, 0.02), (0.5, 0.02), (0.5, 0.02), (0.56, 0.08), (0.62, 0.3), (0.95, 1.1),
                   (1.0, 1.6), (0.8, 2.15), (0.45, 2.5), (0.38, 2.72), (0.5, 2.98), (0.52, 3.03),
                   (0.46, 3.03), (0.32, 2.7), (0.3, 2.4)], painted_vase(), place, wobble=0.005)
    rng = random.Random(11)
    bark = mottled("stem", srgb("5a4a34"), srgb("7d7050"), 10.0)
    greens = [mottled("leaf", srgb("4a6b46"), srgb("8fae7c"), 5.0, 0.5),
              mottled("leaf", srgb("5b7a5e"), srgb("a9c0a0"), 5.0, 0.5),
              mottled("leaf", srgb("3c5a34"), srgb("75964f"), 5.0, 0.5)]
    berry = mottled("berry", srgb("a32a1e"), srgb("d8563a"), 9.0, 0.3)
    for k in range(8):
        a = 2 * math.pi * k / 8 + rng.uniform(-0.25, 0.25)
        lean = rng.uniform(0.75, 1.45)
        reach = rng.uniform(1.3, 1.9)
        d = Vector((math.cos(a), math.sin(a), 0))
        path = [Vector((0, 0, 2.2)) - 0.12 * d, Vector((0, 0, 2.95)) + 0.16 * d,
                Vector((0, 0, 2.95 + 0.55 * reach)) + 0.5 * lean * d,
                Vector((0, 0, 2.95 + 0.88 * reach)) + lean * d]
        tube("stem", path, (0.035, 0.032, 0.026, 0.012), bark, place, 10, 6)
        fine = spline(path, 10)
        vertices, faces = [], []
        for number, index in enumerate(range(12, len(fine), 1)):
            if number % 2 and index < 20:
                continue
            base = Vector(fine[index])
            ahead = (base - Vector(fine[index - 1])).normalized()
            around = Matrix.Rotation(2.4 * number + rng.uniform(-0.4, 0.4), 3, ahead)
            out = around @ ahead.orthogonal().normalized()
            axis = (0.55 * ahead + out).normalized()
            across = axis.cross(ahead).normalized()
            up = across.cross(axis)
            long = rng.uniform(0.42, 0.62) * (1.0 - 0.35 * (index - 12) / (len(fine) - 12))
            broad = 0.36 * long
            start = len(vertices)
            steps = 8
            for s in range(steps + 1):
                t = s / steps
                w = broad * math.sin(math.pi * min(1.0, 0.04 + t ** 0.8)) ** 0.8
                middle = base + axis * (0.06 + long * t) - up * 0.18 * long * t * t
                for side in (-1, 0, 1):
                    vertices.append(middle + across * side * w + up * 0.25 * w * abs(side))
            for s in range(steps):
                for c in range(2):
                    i = start + 3 * s + c
                    faces.append((i, i + 1, i + 4, i + 3))
        add_mesh("leaves", vertices, faces, greens[k % 3], True, place)
        if k % 2 == 0:
            for _ in range(5):
                spot = path[-1] + Vector((rng.uniform(-0.2, 0.2), rng.uniform(-0.2, 0.2),
                                          rng.uniform(-0.12, 0.2)))
                ball("berry", rng.uniform(0.07, 0.1), berry, place @ Matrix.Translation(spot))
                tube("twig", [path[-1] * 1.0, spot], (0.012, 0.01), bark, place, 6, 4)


def apple(skin, stalk, matrix, size=0.5):
    lathe("apple", [(0.0, -0.66), (0.14, -0.74), (0.34, -0.84), (0.66, -0.66), (0.92, -0.2),
                    (1.0, 0.25), (0.86, 0.66), (0.5, 0.86), (0.2, 0.78), (0.05, 0.58),
                    (0.0, 0.54)], skin, matrix @ Matrix.Scale(size, 4), wobble=0.012)
    tube("stalk", [(0, 0, 0.5), (0.02, 0, 0.8), (0.12, 0.02, 1.1)], (0.035, 0.03, 0.045), stalk,
         matrix @ Matrix.Scale(size, 4), 10, 5)


def build_bowl_and_fruit():
    cx, cy = 2.75, -0.35
    place = at(cx, cy, 0.035)
    lathe("bowl", [(0, 0.03), (0.62, 0.02), (0.62, 0.02), (0.66, 0.14), (1.1, 0.36), (1.5, 0.78),
                   (1.68, 1.22), (1.69, 1.3), (1.63, 1.32), (1.57, 1.24), (1.4, 0.84), (1.03, 0.46),
                   (0.5, 0.24), (0, 0.2)], terracotta(), place, wobble=0.007)
    peel = orange_peel("orange peel", srgb("e06a0c"), srgb("f59a22"))
    lemon = orange_peel("lemon peel", srgb("dbae16"), srgb("f5d94a"))
    red = apple_skin("red apple", srgb("a3161a"), srgb("d9a441"))
    green = apple_skin("green apple", srgb("8fa53a"), srgb("c9cf6a"))
    stalk = mottled("stalk", srgb("3e2a18"), srgb("6a4a2c"))
    # four fruits touch each other and the bowl, a fifth rests in their middle
    r, bowl = 0.5, 1.62
    ring = r * math.sqrt(2)
    low = 0.22 + bowl - math.sqrt((bowl - r) ** 2 - ring ** 2)
    spots = [place @ Matrix.Translation((ring * math.cos(a), ring * math.sin(a), low))
             for a in (0.35 + k * math.pi / 2 for k in range(4))]
    ball("orange", 0.52, peel, spots[0])
    apple(red, stalk, spots[1] @ Matrix.Rotation(0.5, 4, (1, 0.3, 0)), 0.52)
    ball("orange", 0.5, peel, spots[2])
    apple(green, stalk, spots[3] @ Matrix.Rotation(0.6, 4, (-0.4, 1, 0)), 0.53)
    ball("lemon", 0.44, lemon, place @ Matrix.Translation((0.02, 0.0, low + 0.66))
         @ Matrix.Rotation(1.45, 4, (0.6, 1, 0)), (1, 1, 1.18), 0.16)
    apple(red, stalk, at(0.25, -2.2, 0.425, 40) @ Matrix.Rotation(0.12, 4, (1, 0, 0)), 0.52)
    ball("orange", 0.5, peel, at(3.35, 1.85, 0.5))


def book(place, width, depth, thick, cover, pages, gold, title, author):
    """Lies flat: the spine is along x at -y, the front cover faces up."""
    board = 0.055
    for z in (board / 2, thick - board / 2):
        box("cover", (width, depth, board), cover, place @ Matrix.Translation((0, 0, z)), 0.018)
    rows, faces, steps = [], [], 10
    for s in range(steps + 1):
        a = math.pi * s / steps
        bulge = -depth / 2 - 0.11 * math.sin(a)
        z = thick / 2 - (thick / 2 - 0.005) * math.cos(a)
        rows += [(-width / 2, bulge, z), (width / 2, bulge, z)]
        if s:
            faces.append((2 * s - 2, 2 * s - 1, 2 * s + 1, 2 * s))
    faces += [tuple(range(0, 2 * steps + 2, 2)), tuple(range(2 * steps + 1, 0, -2))]
    add_mesh("spine", rows, faces, cover, False, place)
    box("pages", (width - 0.14, depth - 0.08, thick - 2 * board), pages,
        place @ Matrix.Translation((0, -0.02, thick / 2)))
    top = place @ Matrix.Translation((0, 0, thick + 0.001))
    lettering(title, 0.3, gold, top @ Matrix.Translation((0, 0.12 * depth, 0)))
    lettering(author, 0.17, gold, top @ Matrix.Translation((0, -0.25 * depth, 0)))
    for y in (-0.42, 0.42):
        box("rule", (width * 0.86, 0.03, 0.004), gold, top @ Matrix.Translation((0, y * depth, 0)))
    for x in (-0.43, 0.43):
        box("rule", (0.03, depth * 0.84, 0.004), gold, top @ Matrix.Translation((x * width, 0, 0)))
    back = place @ Matrix.Translation((0, -depth / 2 - 0.114, thick / 2)) \
        @ Matrix.Rotation(math.pi / 2, 4, "X")
    lettering(title, min(0.24, thick * 0.5), gold, back)
    for x in (-0.42, 0.42):
        box("rule", (0.05, thick * 0.5, 0.004), gold, back @ Matrix.Translation((x * width, 0, 0)))


def build_books():
    pages = page_edges()
    gold = metal("gold leaf", srgb("e2b659"), 0.35)
    red = cloth_cover("red cloth", srgb("a3342c"), srgb("c98a6a"))
    blue = cloth_cover("blue cloth", srgb("2c4f86"), srgb("8fa6bf"))
    ochre = cloth_cover("ochre cloth", srgb("c08a2e"), srgb("e6cc92"))
    x, y = -2.6, 1.3
    book(at(x, y, 0.035, 12), 3.0, 2.1, 0.5, blue, pages, gold, "ON LIGHT", "Vol. II")
    book(at(x + 0.1, y + 0.05, 0.545, -9), 2.7, 1.9, 0.42, ochre, pages, gold, "Ellipsoids",
         "a primer")
    book(at(x - 0.05, y, 0.975, 24), 2.35, 1.65, 0.36, red, pages, gold, "RADIANCE", "collected")


def build_open_book():
    place = at(2.25, -2.75, 0.0, 14)
    cover = cloth_cover("green cloth", srgb("2f5a44"), srgb("8fae98"))
    box("open cover", (3.1, 2.14, 0.05), cover, place @ Matrix.Translation((0, 0, 0.025)), 0.015)
    page, pages = printed_page(), page_edges()
    steps = 28

    def height(t, side):
        rise = 0.34 if side < 0 else 0.26
        return 0.055 + rise * math.sin(math.pi * min(1, 0.04 + t) ** 0.55) ** 0.9

    for side in (-1, 1):
        top, edge, faces, rim = [], [], [], []
        for s in range(steps + 1):
            t = s / steps
            x, z = side * 1.48 * t, height(t, side) + 0.03 * (1 - t)
            z = max(z, 0.075)
            for y in (-1.0, 1.0):
                top.append((x, y, z))
                edge += [(x, y, 0.05), (x, y, z - 0.001)]
            if s:
                i = 2 * s
                faces.append((i - 2, i, i + 1, i - 1) if side > 0 else (i - 1, i + 1, i, i - 2))
                for k in (0, 2):
                    j = 4 * s + k
                    rim.append((j - 4, j, j + 1, j - 3))
        last = 4 * steps
        rim.append((last, last + 2, last + 3, last + 1))
        add_mesh("open pages", top, faces, page, True, place)
        add_mesh("open page edges", edge, rim, pages, False, place)


def build_candlestick():
    place = at(-0.75, 2.95, 0.0)
    brass = metal("brass", srgb("d8a94c"), 0.24)
    lathe("candlestick", [(0, 0.02), (0.62, 0.02), (0.62, 0.02), (0.64, 0.08), (0.5, 0.16),
                          (0.26, 0.24), (0.13, 0.42), (0.1, 0.8), (0.22, 0.95), (0.1, 1.1),
                          (0.1, 1.4), (0.2, 1.52), (0.42, 1.58), (0.44, 1.63), (0.26, 1.64),
                          (0.24, 1.85), (0.19, 1.85), (0.18, 1.7)], brass, place, 72)
    lathe("candle", [(0.175, 1.65), (0.175, 3.05), (0.175, 3.05), (0.15, 3.1), (0.07, 3.04),
                     (0, 3.04)], mottled("wax", srgb("e2d3b0"), srgb("f5ebd3"), 4.0, 0.5), place,
          wobble=0.02)
    tube("wick", [(0, 0, 3.03), (0.01, 0, 3.15), (0.05, 0, 3.24)], (0.018, 0.018, 0.015),
         mottled("wick", srgb("1a1512"), srgb("3a302a")), place, 8, 4)


def build_blocks():
    paints = [srgb("c9492f"), srgb("3a78a8"), srgb("e0b03c"), srgb("4d8f57")]
    pale = wood("beech", srgb("b98a58"), srgb("d9b380"), srgb("ecd3a6"), 1.6, 0.5)
    paint = [mottled("paint", tuple(0.7 * c for c in p), p, 7.0, 0.45) for p in paints]
    size = 0.74
    places = [at(-4.2, -0.45, size / 2, 15), at(-3.9, -1.33, size / 2, -22),
              at(-4.05, -0.88, 1.5 * size, 38)]
    for number, (place, letters) in enumerate(zip(places, ("SPLATS", "GAUSSI", "XYZRGB"))):
        box("block", (size, size, size), pale, place, 0.05)
        faces = [Matrix.Identity(4)] + [
            Matrix.Rotation(k * math.pi / 2, 4, "Z") @ Matrix.Rotation(math.pi / 2, 4, "X")
            for k in range(4)]
        for k, face in enumerate(faces):
            spot = place @ face @ Matrix.Translation((0, 0, size / 2 + 0.001))
            ink = paint[(k + number) % 4]
            lettering(letters[k], 0.62, ink, spot)
            for a in range(4):
                edge = Matrix.Rotation(a * math.pi / 2, 4, "Z")
                box("border", (size - 0.16, 0.035, 0.006), ink,
                    spot @ edge @ Matrix.Translation((0, size / 2 - 0.09, 0)))


def build_light():
    world = bpy.data.worlds.new("sky")
    SCENE.world = world
    world.use_nodes = True
    nodes, links = world.node_tree.nodes, world.node_tree.links
    coords = nodes.new("ShaderNodeTexCoord")
    split = nodes.new("ShaderNodeSeparateXYZ")
    ramp = nodes.new("ShaderNodeValToRGB")
    ramp.color_ramp.elements[0].color = (0.95, 0.90, 0.84, 1)
    ramp.color_ramp.elements[1].color = (0.62, 0.76, 1.0, 1)
    links.new(coords.outputs["Generated"], split.inputs[0])
    links.new(split.outputs["Z"], ramp.inputs["Fac"])
    links.new(ramp.outputs["Color"], nodes["Background"].inputs["Color"])
    nodes["Background"].inputs["Strength"].default_value = 0.95

    def lamp(name, place, size, power, colour):
        data = bpy.data.lights.new(name, "AREA")
        data.shape = "SQUARE"
        data.size, data.energy, data.color = size, power, colour
        obj = bpy.data.objects.new(name, data)
        SCENE.collection.objects.link(obj)
        obj.location = place
        obj.rotation_euler = (TARGET - Vector(place)).to_track_quat("-Z", "Y").to_euler()

    lamp("key", (-17, -13, 21), 8.0, 15000, (1.0, 0.90, 0.76))


def build_scene():
    bpy.ops.wm.read_factory_settings(use_empty=True)
    global SCENE
    SCENE = bpy.context.scene
    for build in (build_room, build_table, build_runner, build_teapot, build_cup, build_vase,
                  build_bowl_and_fruit, build_books, build_open_book, build_candlestick,
                  build_blocks, build_light):
        build()
    bpy.context.view_layer.update()


# ---------------------------------------------------------------- cameras

def dome():
    """World-to-camera matrices, COLMAP's axes (x right, y down, z forward).

    Ring by ring, 18 views each: every 8th view then has an azimuth of its own,
    about 40 degrees from the next, and all rings have some of them."""
    rng = random.Random(1)
    poses = []
    for ring, elevation in enumerate(RINGS):
        for k in range(PER_RING):
            a = math.radians(-112 + 20 * k + 10 * (ring % 2) + rng.uniform(-3, 3))
            e = math.radians(elevation + rng.uniform(-2, 2))
            radius = RADIUS * rng.uniform(0.96, 1.04)
            aim = TARGET + Vector([rng.uniform(-0.12, 0.12) for _ in range(3)])
            eye = aim + radius * Vector((math.cos(a) * math.cos(e), math.sin(a) * math.cos(e),
                                         math.sin(e)))
            forward = (aim - eye).normalized()
            right = forward.cross(Vector((0, 0, 1))).normalized()
            down = forward.cross(right)
            rotation = np.array([right, down, forward], float)
            poses.append((rotation, -rotation @ np.array(eye)))
    return poses


def make_camera():
    data = bpy.data.cameras.new("camera")
    data.sensor_fit = "HORIZONTAL"
    data.sensor_width = 36.0
    data.lens = 36.0 * FOCAL / WIDTH
    data.clip_start, data.clip_end = 0.1, 200.0
    camera = bpy.data.objects.new("camera", data)
    SCENE.collection.objects.link(camera)
    SCENE.camera = camera
    return camera


def render(folder, poses, views, samples, threads):
    s = SCENE
    s.render.engine = "CYCLES"
    s.cycles.device = "CPU"
    s.cycles.samples = samples
    s.cycles.use_adaptive_sampling = False
    s.cycles.use_denoising = False
    s.cycles.max_bounces, s.cycles.diffuse_bounces, s.cycles.glossy_bounces = 3, 1, 2
    s.cycles.sample_clamp_indirect = 1.5
    s.cycles.blur_glossy = 1.0
    s.cycles.caustics_reflective = s.cycles.caustics_refractive = False
    s.render.use_persistent_data = True
    s.render.resolution_x, s.render.resolution_y = WIDTH, HEIGHT
    s.render.resolution_percentage = 100
    s.render.pixel_aspect_x = s.render.pixel_aspect_y = 1.0
    if threads:
        s.render.threads_mode, s.render.threads = "FIXED", threads
    s.render.image_settings.file_format = "JPEG"
    s.render.image_settings.color_mode = "RGB"
    s.render.image_settings.quality = 92
    s.render.dither_intensity = 0.0
    s.view_settings.view_transform = "Standard"
    s.view_settings.look = "None"
    s.view_settings.exposure, s.view_settings.gamma = 0.0, 1.0
    # keep the machine's dates and paths out of the photos
    for key in dir(s.render):
        if key.startswith("use_stamp"):
            setattr(s.render, key, False)
    camera = make_camera()
    smooth_light()
    for i in views:
        rotation, translation = poses[i]
        pose = np.eye(4)
        pose[:3, :3] = rotation.T @ np.diag((1.0, -1.0, -1.0))  # Blender's camera looks along -z
        pose[:3, 3] = -rotation.T @ translation
        camera.matrix_world = Matrix(pose.tolist())
        s.cycles.seed = i
        s.update_tag()  # else the kept render data would not see the new seed
        s.render.filepath = os.path.join(folder, "images", image_name(i))
        bpy.ops.render.render(write_still=True)
        strip_comments(s.render.filepath)


def smooth_light():
    """Compositing that averages the light on rough surfaces, but not their textures.

    Soft light varies slowly over a surface, so its noise can be averaged over 5x5 pixels that
    share a normal and a place; colours, edges and reflections stay as they were sampled."""
    layer = SCENE.view_layers[0]
    for key in ("diffuse_direct", "diffuse_indirect", "diffuse_color", "glossy_direct",
                "glossy_indirect", "glossy_color", "emit", "environment", "normal", "position"):
        setattr(layer, "use_pass_" + key, True)
    SCENE.use_nodes = True
    nodes, links = SCENE.node_tree.nodes, SCENE.node_tree.links
    nodes.clear()
    passes = nodes.new("CompositorNodeRLayers").outputs

    def combine(operation, first, second):
        node = nodes.new("CompositorNodeMixRGB")
        node.blend_type = operation
        for socket, value in zip(node.inputs[1:], (first, second)):
            if isinstance(value, tuple):
                socket.default_value = value
            else:
                links.new(value, socket)
        return node.outputs[0]

    blur = nodes.new("CompositorNodeBilateralblur")
    blur.iterations, blur.sigma_space, blur.sigma_color = 1, 1.0, 0.25
    links.new(combine("ADD", passes["DiffDir"], passes["DiffInd"]), blur.inputs["Image"])
    place = combine("MULTIPLY", passes["Position"], (0.5, 0.5, 0.5, 1.0))
    links.new(combine("ADD", passes["Normal"], place), blur.inputs["Determinator"])
    rough = combine("MULTIPLY", passes["DiffCol"], blur.outputs[0])
    light = combine("ADD", passes["GlossDir"], passes["GlossInd"])
    glossy = combine("MULTIPLY", passes["GlossCol"], light)
    total = combine("ADD", rough, glossy)
    total = combine("ADD", total, combine("ADD", passes["Emit"], passes["Env"]))
    out = nodes.new("CompositorNodeComposite")
    out.use_alpha = False
    links.new(total, out.inputs["Image"])


def strip_comments(path):
    """Drops JPEG comments: Blender notes the render times there, so no two runs would agree."""
    with open(path, "rb") as f:
        data = f.read()
    kept, at_byte = data[:2], 2
    while data[at_byte + 1] != 0xDA:
        end = at_byte + 2 + int.from_bytes(data[at_byte + 2:at_byte + 4], "big")
        if data[at_byte + 1] != 0xFE:
            kept += data[at_byte:end]
        at_byte = end
    with open(path, "wb") as f:
        f.write(kept + data[at_byte:])


def image_name(i):
    return "view_%03d.jpg" % i


# ---------------------------------------------------------------- the COLMAP model

def project(pose, point):
    p = pose[0] @ point + pose[1]
    return FOCAL * p[0] / p[2] + WIDTH / 2, FOCAL * p[1] / p[2] + HEIGHT / 2, p[2]


def load_photo(path):
    image = bpy.data.images.load(path)
    pixels = np.array(image.pixels[:], np.float32).reshape(HEIGHT, WIDTH, -1)[::-1, :, :3]
    bpy.data.images.remove(image)
    return pixels * 255.0


def sample_points(folder, poses):
    """Casts rays through random pixels; keeps hits that at least three views see."""
    rng = np.random.default_rng(7)
    graph = bpy.context.evaluated_depsgraph_get()
    photos = [load_photo(os.path.join(folder, "images", image_name(i))) for i in range(len(poses))]
    eyes = [-r.T @ t for r, t in poses]
    points, seen_cells = [], set()
    while len(points) < POINTS:
        i = int(rng.integers(len(poses)))
        u, v = rng.uniform(2, WIDTH - 2), rng.uniform(2, HEIGHT - 2)
        ray = poses[i][0].T @ np.array([(u - WIDTH / 2) / FOCAL, (v - HEIGHT / 2) / FOCAL, 1.0])
        hit, where, normal, _, _, _ = SCENE.ray_cast(graph, Vector(eyes[i]), Vector(ray))
        if not hit:
            continue
        where, normal = np.array(where), np.array(normal)
        # no two points in one small cell: they would be redundant
        distance = np.linalg.norm(where - np.array(TARGET))
        cell = 0.04 if distance < 7 else 0.3
        key = (cell, *np.floor(where / cell).astype(int))
        if key in seen_cells:
            continue
        seen = []
        for j, pose in enumerate(poses):
            x, y, z = project(pose, where)
            if z <= 0 or not (1 < x < WIDTH - 1 and 1 < y < HEIGHT - 1):
                continue
            way = where - eyes[j]
            length = np.linalg.norm(way)
            if abs(np.dot(way, normal)) < 0.12 * length:  # edge-on: the pixel mixes too much
                continue
            hit, stop, *_ = SCENE.ray_cast(graph, Vector(eyes[j]), Vector(way / length))
            if hit and np.linalg.norm(np.array(stop) - where) < 2e-3:
                seen.append((j, x, y))
        if len(seen) < 3:
            continue
        seen_cells.add(key)
        colours = [photos[j][int(y), int(x)] for j, x, y in seen]
        colour = np.clip(np.rint(np.median(colours, axis=0)), 0, 255).astype(int)
        keep = sorted(rng.choice(len(seen), min(MAX_TRACK, len(seen)), replace=False))
        points.append((where, colour, [seen[k] for k in keep]))
    return points


def quaternion(rotation):
    q = Matrix(rotation.tolist()).to_quaternion()
    return tuple(q) if q.w >= 0 else tuple(-c for c in q)


def write_model(folder, poses, points):
    sparse = os.path.join(folder, "sparse", "0")
    os.makedirs(sparse, exist_ok=True)
    with open(os.path.join(sparse, "cameras.bin"), "wb") as f:
        f.write(struct.pack("<Q", 1))
        f.write(struct.pack("<IiQQ4d", 1, 1, WIDTH, HEIGHT, FOCAL, FOCAL, WIDTH / 2, HEIGHT / 2))
    observed = [[] for _ in poses]
    tracks = []
    for number, (_, _, seen) in enumerate(points, 1):
        track = []
        for j, x, y in seen:
            track.append((j + 1, len(observed[j])))
            observed[j].append((x, y, number))
        tracks.append(track)
    with open(os.path.join(sparse, "images.bin"), "wb") as f:
        f.write(struct.pack("<Q", len(poses)))
        for i, (rotation, translation) in enumerate(poses):
            f.write(struct.pack("<I7dI", i + 1, *quaternion(rotation), *translation, 1))
            f.write(image_name(i).encode() + b"\0")
            f.write(struct.pack("<Q", len(observed[i])))
            for x, y, number in observed[i]:
                f.write(struct.pack("<ddQ", x, y, number))
    with open(os.path.join(sparse, "points3D.bin"), "wb") as f:
        f.write(struct.pack("<Q", len(points)))
        for number, ((where, colour, _), track) in enumerate(zip(points, tracks), 1):
            f.write(struct.pack("<Q3d3BdQ", number, *where, *(int(c) for c in colour), 0.0,
                                len(track)))
            for image, index in track:
                f.write(struct.pack("<II", image, index))


def main():
    arguments = argparse.ArgumentParser(prog="make-scene")
    arguments.add_argument("folder")
    arguments.add_argument("--samples", type=int, default=16)
    arguments.add_argument("--views", default="")
    arguments.add_argument("--threads", type=int, default=0)
    after = sys.argv[sys.argv.index("--") + 1:] if "--" in sys.argv else []
    options = arguments.parse_args(after)
    folder = os.path.abspath(options.folder)
    os.makedirs(os.path.join(folder, "images"), exist_ok=True)
    poses = dome()
    build_scene()
    views = [int(v) for v in options.views.split(",")] if options.views else range(len(poses))
    render(folder, poses, views, options.samples, options.threads)
    if not options.views:
        write_model(folder, poses, sample_points(folder, poses))


main()

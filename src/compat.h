/*
 * compat.h
 *	  Differences between the supported PostgreSQL versions (14 to 18), all in this one place.
 *
 * Each shim offers the newer interface to the older servers, so that a branch can be deleted when
 * its server version goes out of support.
 */
#ifndef PACKOPT_COMPAT_H
#define PACKOPT_COMPAT_H

#include "fmgr.h"
#include "funcapi.h"
#include "utils/guc.h"

#if PG_VERSION_NUM >= 160000
#include "varatt.h"
#endif

#ifndef HAVE_INT128
#error "packopt needs a compiler with 128-bit integers"
#endif

/* Soft input errors came with 16; before, every error is a hard one. */
#if PG_VERSION_NUM >= 160000
#include "nodes/miscnodes.h"
#else
#define ereturn(context, dummy_value, ...)                                                         \
	do                                                                                             \
	{                                                                                              \
		(void) (context);                                                                          \
		ereport(ERROR, __VA_ARGS__);                                                               \
	} while (0)
#endif

/* Set-returning functions in materialize mode: SetSingleFuncCall in the first releases of 15. */
#if PG_VERSION_NUM < 150000
extern void PackoptInitMaterializedSRF(FunctionCallInfo fcinfo);
#define InitMaterializedSRF(fcinfo, flags) PackoptInitMaterializedSRF(fcinfo)
#elif !defined(MAT_SRF_USE_EXPECTED_DESC)
#define InitMaterializedSRF(fcinfo, flags) SetSingleFuncCall(fcinfo, flags)
#endif

/* One function for the rights on all kinds of objects: from 16 on. */
#if PG_VERSION_NUM < 160000
#define object_aclcheck(class, object, role, mode)                                                 \
	(AssertMacro((class) == ProcedureRelationId), pg_proc_aclcheck(object, role, mode))
#endif

#if PG_VERSION_NUM < 150000
#define MarkGUCPrefixReserved(prefix) EmitWarningsOnPlaceholders(prefix)
#endif

/* Whether a role may become another one: memberships without SET came with 16. */
#if PG_VERSION_NUM >= 160000
#define MemberCanSetRole(member, role) member_can_set_role(member, role)
#else
#define MemberCanSetRole(member, role) is_member_of_role(member, role)
#endif

#endif /* PACKOPT_COMPAT_H */
